#include "rows.h"

#include <algorithm>
#include <limits>

namespace paddock::store {

using sqlite::Database;
using sqlite::Statement;

namespace {

constexpr const char* kInsert =
    " INTO activity (id, ts_created, model_id, req_path, resp_content_type, "
    "resp_status_code,"
    " cache_tokens, draft_tokens, draft_acc_tokens, input_tokens, output_tokens, prompt_per_second,"
    " tokens_per_second, duration_ms, error_msg, metadata_json) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr const char* kInsertOurs =
    " INTO paddock_activity (id, method, code, stream, bytes, queue_ms, load_ms, ttft_ms)"
    " VALUES (?,?,?,?,?,?,?,?)";
constexpr const char* kSelect =
    "SELECT a.id, a.ts_created, a.model_id, a.req_path, a.resp_content_type, a.resp_status_code, "
    "a.cache_tokens,"
    " a.draft_tokens, a.draft_acc_tokens, a.input_tokens, a.output_tokens, a.prompt_per_second,"
    " a.tokens_per_second, a.duration_ms, a.error_msg, a.metadata_json,"
    " p.method, p.code, p.stream, p.bytes, p.queue_ms, p.load_ms, p.ttft_ms"
    " FROM activity a LEFT JOIN paddock_activity p ON p.id = a.id";
// Rows of llama-swap's have no code.
constexpr const char* kWrong = "(a.resp_status_code >= 400 OR ifnull(p.code, '') <> '')";
// Newest rows over which percentiles are made.
constexpr const char* kStatsRows = "100000";
// Seconds that a clock of nanoseconds can still tell.
constexpr std::int64_t kLatest = 9'000'000'000;

const char* column_of(SortKey key) {
  switch (key) {
    case SortKey::kId:
      return "a.id";
    case SortKey::kTime:
      return "a.ts_created";
    case SortKey::kModel:
      return "a.model_id";
    case SortKey::kPath:
      return "a.req_path";
    case SortKey::kStatus:
      return "a.resp_status_code";
    case SortKey::kContentType:
      return "a.resp_content_type";
    case SortKey::kCached:
      return "a.cache_tokens";
    case SortKey::kPrompt:
      return "a.input_tokens";
    case SortKey::kGenerated:
      return "a.output_tokens";
    case SortKey::kDrafted:
      return "a.draft_tokens";
    case SortKey::kPromptRate:
      return "a.prompt_per_second";
    case SortKey::kGenerationRate:
      return "a.tokens_per_second";
    case SortKey::kDuration:
      break;
  }
  return "a.duration_ms";
}

std::int64_t seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::int64_t bounded(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

void insert(Statement& theirs, Statement& ours, const Row& row) {
  const metrics::Usage& usage = row.usage;
  theirs.bind(bounded(row.id)).bind(seconds(row.ended)).bind(row.model).bind(row.path).bind(row.content_type);
  theirs.bind(std::int64_t{row.status}).bind(usage.cached).bind(usage.draft).bind(usage.draft_accepted);
  theirs.bind(usage.input).bind(usage.output).bind(usage.prompt_rate).bind(usage.generation_rate);
  theirs.bind(row.duration_ms).bind(row.error).bind(row.metadata);
  theirs.step();
  ours.bind(bounded(row.id)).bind(row.method).bind(row.code).bind(std::int64_t{row.stream}).bind(row.bytes);
  ours.bind(row.queue_ms).bind(row.load_ms).bind(row.ttft_ms);
  ours.step();
}

Row row_at(const Statement& at) {
  Row row;
  row.id = static_cast<std::uint64_t>(at.integer(0));
  row.ended = WallTime(std::chrono::seconds(std::clamp(at.integer(1), std::int64_t{0}, kLatest)));
  row.model = at.text(2);
  row.path = at.text(3);
  row.content_type = at.text(4);
  row.status = static_cast<int>(at.integer(5));
  row.usage = {at.integer(9), at.integer(10), at.integer(6), at.integer(7),
               at.integer(8), at.real(11),    at.real(12),   0};
  row.duration_ms = at.integer(13);
  row.error = at.text(14);
  row.metadata = at.text(15);
  row.method = at.text(16);
  row.code = at.text(17);
  row.stream = at.integer(18) != 0;
  row.bytes = at.integer(19);
  row.queue_ms = at.is_null(20) ? -1 : at.integer(20);
  row.load_ms = at.is_null(21) ? -1 : at.integer(21);
  row.ttft_ms = at.is_null(22) ? -1 : at.integer(22);
  return row;
}

std::string where_of(const PageQuery& query) {
  std::string out = " WHERE 1";
  if (!query.models.empty()) {
    out += " AND a.model_id IN (?";
    for (std::size_t i = 1; i < query.models.size(); ++i) out += ",?";
    out += ")";
  }
  if (query.start) out += " AND a.ts_created >= ?";
  if (query.end) out += " AND a.ts_created <= ?";
  if (query.min_id) out += " AND a.id >= ?";
  if (query.max_id) out += " AND a.id <= ?";
  if (query.went != Went::kAny) out += query.went == Went::kWrong ? " AND " : " AND NOT ";
  if (query.went != Went::kAny) out += kWrong;
  return out;
}

void bind_where(Statement& statement, const PageQuery& query) {
  for (const std::string& model : query.models) statement.bind(model);
  if (query.start) {
    // Rows know whole seconds: one that ended within the start's second may have ended before it.
    statement.bind(std::chrono::ceil<std::chrono::seconds>(*query.start).time_since_epoch().count());
  }
  if (query.end) statement.bind(seconds(*query.end));
  if (query.min_id) statement.bind(bounded(*query.min_id));
  if (query.max_id) statement.bind(bounded(*query.max_id));
}

Result<std::vector<double>, std::string> rates(Database& database, const std::string& column,
                                               const std::string& model) {
  Statement statement(database, "SELECT " + column + " FROM activity WHERE " + column + " > 0" +
                                    (model.empty() ? "" : " AND model_id = ?") + " ORDER BY id DESC LIMIT " +
                                    kStatsRows);
  if (!model.empty()) statement.bind(model);
  std::vector<double> out;
  while (statement.step()) out.push_back(statement.real(0));
  if (statement.failed()) return database.problem();
  return out;
}

}  // namespace

Result<void, std::string> write_rows(Database& database, std::span<const Row> rows, std::uint64_t most) {
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun;
  bool failed = false;
  {
    // In memory nobody else has written a row of that number, and SQLite need not be ready to take a half
    // replaced one back, which costs a fifth of all.
    const std::string verb = database.in_file() ? "INSERT OR REPLACE" : "INSERT";
    Statement theirs(database, verb + kInsert), ours(database, verb + kInsertOurs);
    failed = theirs.failed() || ours.failed();
    for (const Row& row : rows) {
      if (failed) break;
      insert(theirs, ours, row);
      failed = theirs.failed() || ours.failed();
      theirs.reset();
      ours.reset();
    }
  }
  if (!failed) failed = !prune(database, most);
  if (!failed) failed = !database.run("COMMIT");
  if (!failed) return {};
  std::string why = database.problem();
  static_cast<void>(database.run("ROLLBACK"));
  return why;
}

Result<void, std::string> prune(Database& database, std::uint64_t most) {
  const std::string old = " WHERE id <= (SELECT max(id) FROM activity) - " + std::to_string(bounded(most));
  return database.run("DELETE FROM paddock_activity" + old + "; DELETE FROM activity" + old);
}

std::uint64_t last_id(Database& database) {
  const auto largest = database.number("SELECT max(id) FROM activity");
  const auto ever = database.number("SELECT seq FROM sqlite_sequence WHERE name = 'activity'");
  return static_cast<std::uint64_t>(std::max<std::int64_t>({0, largest.value_or(0), ever.value_or(0)}));
}

Result<Page, std::string> read_page(Database& database, const PageQuery& query) {
  Page out;
  const std::string where = where_of(query);
  // Without a look at our table where nothing of it is asked.
  const char* const ours = query.went == Went::kAny ? "" : " LEFT JOIN paddock_activity p ON p.id = a.id";
  Statement count(database, std::string("SELECT count(*) FROM activity a") + ours + where);
  bind_where(count, query);
  if (!count.step()) return database.problem();
  out.total = static_cast<std::uint64_t>(count.integer(0));
  const std::string way = query.ascending ? " ASC" : " DESC";
  const std::string order = std::string(" ORDER BY ") + column_of(query.sort) + way + ", a.id" + way;
  Statement rows(database, kSelect + where + order + " LIMIT ? OFFSET ?");
  if (rows.failed()) return database.problem();
  bind_where(rows, query);
  const std::uint64_t before = query.page - 1;
  const bool beyond = query.limit == 0 || before > out.total / query.limit;
  if (beyond) return out;
  rows.bind(bounded(query.limit)).bind(bounded(before * query.limit));
  while (rows.step()) out.rows.push_back(row_at(rows));
  if (rows.failed()) return database.problem();
  return out;
}

Result<Stats, std::string> read_stats(Database& database, const std::string& model) {
  Stats out;
  Statement sums(database,
                 std::string("SELECT count(*), total(max(input_tokens, 0)), total(max(output_tokens, 0)),"
                             " total(max(cache_tokens, 0)) FROM activity") +
                     (model.empty() ? "" : " WHERE model_id = ?"));
  if (!model.empty()) sums.bind(model);
  if (!sums.step()) return database.problem();
  out.requests = static_cast<std::uint64_t>(sums.integer(0));
  out.input_tokens = sums.integer(1);
  out.output_tokens = sums.integer(2);
  out.cached_tokens = sums.integer(3);
  const auto prompt = rates(database, "prompt_per_second", model);
  if (!prompt) return prompt.error();
  const auto generation = rates(database, "tokens_per_second", model);
  if (!generation) return generation.error();
  out.prompt = metrics::bin_rates(*prompt);
  out.generation = metrics::bin_rates(*generation);
  return out;
}

}  // namespace paddock::store
