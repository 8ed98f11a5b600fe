#include "promql/eval/node.h"

namespace firedrill::promql {

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
