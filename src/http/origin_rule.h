// OriginRule: whether a request was sent by a web page of somewhere else.
//
// Browsers say so in `Origin` and `Sec-Fetch-Site`, which a page cannot change; programs send neither. Any
// other scheme, host or port is somewhere else, `null` too. Where a browser sends neither (a GET over plain
// http to another machine), its `Referer` counts. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "head_fields.h"

namespace paddock::http {

class OriginRule {
 public:
  OriginRule() = default;
  explicit OriginRule(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

  struct Verdict {
    bool foreign = false;  // and not allowed
    std::string who;       // the foreign origin; empty: the browser did not name it
    std::string allow;     // for Access-Control-Allow-Origin; empty: it gets none
  };
  // `own_host` is the name under which the client knows us, with its port.
  Verdict judge(const HeadFields& fields, std::string_view method, std::string_view own_host) const;

 private:
  std::string allowance(std::string_view origin) const;
  Verdict judge_origin(std::string_view origin, bool is_own) const;

  std::vector<std::string> allowed_;
};

}  // namespace paddock::http
