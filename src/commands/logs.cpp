#include "events.h"
#include "log_text.h"
#include "output.h"
#include "paddock/base/words.h"
#include "paddock/commands/commands.h"
#include "text.h"

namespace paddock::commands {

namespace {

constexpr const char* kPageSize = "1000";
constexpr unsigned kBeforeFollowing = 10;  // as `tail -f`
// Silence is filled with comments every 15 seconds.
constexpr std::chrono::seconds kSilence{60};

class Logs {
 public:
  explicit Logs(const LogsCommand& command) : command_(command), daemon_(daemon_at(command.address)) {}

  int run() {
    if (!command_.follow && !command_.lines) return all();
    const auto page = ask({{"limit", std::to_string(command_.lines.value_or(kBeforeFollowing))}});
    if (!page) return 1;
    const Written written = print(page->lines);
    return written == Written::kYes && command_.follow ? follow(page->after) : exit_code(written);
  }

 private:
  client::Query filters() const {
    client::Query query;
    if (command_.model) query.emplace_back("model", *command_.model);
    if (!command_.grep.empty()) query.emplace_back("re", command_.grep);
    if (!command_.tags.empty()) query.emplace_back("tag", command_.tags);
    return query;
  }

  int refuse(const client::Failure& failure) const {
    return command_.model ? fail(*command_.model, failure) : fail(failure.sentence);
  }

  // Nothing: it has said why.
  std::optional<LogPage> ask(client::Query query) const {
    const client::Query more = filters();
    query.insert(query.end(), more.begin(), more.end());
    const auto answer = daemon_.get("/api/logs", query);
    if (!answer) return refuse(answer.error()), std::nullopt;
    auto page = log_page(parsed(*answer));
    if (!page) fail_as_no_paddock(command_.address);
    return page;
  }

  std::string text_of(const Json& line) const {
    return command_.json ? dumped(line) + "\n"
                         : log_line(line, command_.model ? Whose::kKnown : Whose::kShown);
  }

  Written print(const Json& lines) const {
    std::string text;
    for (const Json& line : lines) text += text_of(line);
    return write_out(text);
  }

  // From the oldest to what was the newest when it began, so that it ends while engines print.
  int all() const {
    const auto newest = ask({{"limit", "1"}});
    if (!newest) return 1;
    const auto end = whole_number<std::uint64_t>(newest->after.value_or("0")).value_or(0);
    std::uint64_t after = 0;
    for (bool more = end > 0; more;) {
      const auto page = ask({{"limit", kPageSize}, {"after", std::to_string(after)}});
      if (!page) return 1;
      const Written written = print(page->lines);
      if (written != Written::kYes) return exit_code(written);
      const auto next = whole_number<std::uint64_t>(page->after.value_or("0")).value_or(0);
      more = page->more && next > after && next < end;
      after = next;
    }
    return 0;
  }

  int follow(const std::optional<std::string>& after) const {
    end_with_the_reader();
    client::Options options;
    options.read_timeout = kSilence;
    client::Request request{"/api/logs/stream", filters()};
    if (after) request.query.emplace_back("after", *after);
    EventReader reader;
    Written written = Written::kYes;
    const auto take = [&](const Event& event) {
      written = show(event);
      return written == Written::kYes;
    };
    const auto done = daemon_at(command_.address, options).stream(request, [&](std::string_view piece) {
      return reader.feed(piece, take);
    });
    if (written != Written::kYes) return exit_code(written);
    return refuse(done ? client::Failure{command_.address.url + " has ended the log"} : done.error());
  }

  Written show(const Event& event) const {
    if (event.name == "lost") {
      remark("paddock: lines were forgotten before they could be shown\n");
      return Written::kYes;
    }
    const Json line = parsed(event.data);
    return line.is_object() ? write_out(text_of(line)) : Written::kYes;
  }

  const LogsCommand& command_;
  const client::Client daemon_;
};

}  // namespace

int run(const LogsCommand& command) { return Logs(command).run(); }

}  // namespace paddock::commands
