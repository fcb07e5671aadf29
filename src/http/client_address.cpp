#include "client_address.h"

#include <algorithm>
#include <optional>

#include "host_rule.h"
#include "paddock/base/text.h"

namespace paddock::http {

namespace ip = boost::asio::ip;

namespace {

// `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]`, `[::1]:80`
std::optional<ip::address> parse_hop(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[')) {
    text = text.substr(1, std::min(text.find(']'), text.size()) - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return unmapped(address);
}

}  // namespace

bool is_trusted(const std::vector<IpRange>& proxies, const ip::address& address) {
  return std::any_of(proxies.begin(), proxies.end(),
                     [&](const IpRange& range) { return range.contains(address); });
}

std::string forwarded_for(const HeadFields& fields) {
  std::string list;
  const auto [begin, end] = fields.equal_range("X-Forwarded-For");
  for (auto it = begin; it != end; ++it) list.append(list.empty() ? "" : ", ").append(view(it->value()));
  return list;
}

std::string client_address(const HeadFields& fields, const std::vector<IpRange>& proxies,
                           const std::string& peer) {
  std::string found = peer;
  const std::string chain = forwarded_for(fields);
  std::string_view left = chain;
  while (!left.empty()) {
    const std::size_t comma = left.rfind(',');
    const bool last = comma == std::string_view::npos;
    const auto hop = parse_hop(last ? left : left.substr(comma + 1));
    if (!hop) return found;
    found = hop->to_string();
    if (last || !is_trusted(proxies, *hop)) return found;
    left = left.substr(0, comma);
  }
  const auto real = parse_hop(view(fields["X-Real-IP"]));
  return real ? real->to_string() : found;
}

}  // namespace paddock::http
