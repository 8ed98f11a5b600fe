#include "promql/eval/node.h"

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

std::string in_braces(const model::Labels& labels) {
  std::string out;
  for (const model::Label& label : labels) {
    out += out.empty() ? "" : ", ";
    out += (model::is_legacy_label_name(label.name) ? label.name : model::quote(label.name)) + "=" +
           model::quote(label.value);
  }
  return "{" + out + "}";
}

void OnceNode::count_labels(Context& ctx) {
  inner_->count_labels(ctx);
}

const Points& OnceNode::eval(Context& ctx) {
  const std::int64_t now = ctx.now;
  const Level level = ctx.level;
  ctx.now = ctx.level.end = level.start;
  const Points& result = inner_->eval(ctx);
  ctx.now = now;
  ctx.level = level;
  return result;
}

void NameDropper::extend(const Context& ctx, const Table& in, Table& out) {
  map_.extend(in, [&](Row row) {
    if (keep_name_) return out.intern(in.labels(row));  // with delayed removal too, as in 3.5
    if (ctx.options.delayed_name_removal) return out.intern(in.labels(row), true);
    return out.intern(in.labels(row).without_name());
  });
}

void NameDropper::start(Context&) {
  met_.clear();
}

Row NameDropper::checked(Context& ctx, Row in, Row out) {
  if (ctx.options.delayed_name_removal) return out;
  if (!met_.insert(out)) ctx.fail(std::string(kSameLabels));
  if (!whole_range_) return out;
  ctx.collided = true;
  if (owner_.size() <= out) owner_.resize(out + 1, kNoRow), owner_run_.resize(out + 1, 0);
  if (owner_run_[out] == ctx.range_run && owner_[out] != in) ctx.fail(std::string(kSameLabels));
  owner_run_[out] = ctx.range_run;
  owner_[out] = in;
  return out;
}

}  // namespace firedrill::promql
