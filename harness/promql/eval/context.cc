#include "promql/eval/context.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::promql {
namespace {

void add_once(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

// Taken from the whole command's bounds at a time.
constexpr std::int64_t kSamplesHeldAtATime = 1 << 10;
constexpr std::int64_t kSamplesReadAtATime = 1 << 16;
constexpr std::int64_t kLabelBytesAtATime = 1 << 12;
// What a row costs besides its labels, in its table and in those that are derived from it.
constexpr std::size_t kBytesOfRow = 128;

}  // namespace

Context::Context(const Queryable& from, const Options& of)
    : data(&from),
      options(of),
      held_share(from.budget(), Bound::samples_held, kSamplesHeldAtATime),
      read_share(from.budget(), Bound::samples_read, kSamplesReadAtATime),
      label_share(from.budget(), Bound::label_bytes, kLabelBytesAtATime) {}

void Context::look_at_work() {
  if (work - work_from > options.max_read) fail(std::string(kTooManyRead));
  if (!read_share.use(work)) fail_of_budget();
  work_to = std::min(work_from + options.max_read, read_share.have());
}

void Context::hold_labels(const model::Labels& labels) {
  hold_bytes(kBytesOfRow + labels.bytes());
}

void Context::hold_bytes(std::size_t bytes) {
  label_bytes += static_cast<std::int64_t>(bytes);
  if (!label_share.use(label_bytes)) fail_of_budget();
}

void Context::fail_of_budget() {
  if (const Budget* budget = data->budget()) fail(budget->summary());
}

void Context::warn(std::string text, const Expr& where) {
  if (annotations == nullptr) return;
  add_once(annotations->warnings, format("PromQL warning: {} ({}:{})", text, where.line, where.column));
}

void Context::inform(std::string text, const Expr& where, bool lost) {
  if (annotations == nullptr) return;
  add_once(annotations->infos, format("PromQL info: {} ({}:{})", text, lost ? 1 : where.line, lost ? 1 : where.column));
}

}  // namespace firedrill::promql
