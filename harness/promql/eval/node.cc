#include "promql/eval/node.h"

#include <algorithm>

namespace firedrill::promql {
namespace {

void add_once(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

}  // namespace

void Context::warn(std::string text) {
  if (annotations != nullptr) add_once(annotations->warnings, "PromQL warning: " + std::move(text));
}

void Context::inform(std::string text) {
  if (annotations != nullptr) add_once(annotations->infos, "PromQL info: " + std::move(text));
}

void NameDropper::extend(const Context& ctx, const Table& in, Table& out) {
  map_.extend(in, [&](Row row) {
    if (keep_name_) return out.intern(in.labels(row), in.drops_name(row));
    if (ctx.options.delayed_name_removal) return out.intern(in.labels(row), true);
    return out.intern(in.labels(row).without_name());
  });
}

void NameDropper::start(Context&) {
  met_.clear();
}

Row NameDropper::row(Context& ctx, Row in) {
  const Row out = map_[in];
  if (!map_.collides() || ctx.options.delayed_name_removal) return out;
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
