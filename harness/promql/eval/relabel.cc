#include "promql/eval/relabel.h"

#include <algorithm>

#include "base/text/utf8.h"

namespace firedrill::promql {

namespace {

constexpr std::size_t kMaxLabelBytes = 1 << 20;

}  // namespace

bool is_label_name(std::string_view name, const Options& options) {
  if (options.version == Version::v2) return model::is_legacy_label_name(name);
  return !name.empty() && first_invalid_utf8(name) == std::string_view::npos;
}

const Points& RelabelCall::eval(Context& ctx) {
  out_.clear();
  if (!error_.empty()) return ctx.fail(error_), out_;
  const Points& input = input_->eval(ctx);
  const Table& in = input_->table();
  map_.extend(in, [&](Row row) {
    model::Labels labels = in.labels(row);
    bool drop_name = in.drops_name(row);
    if (longest(labels) > kMaxLabelBytes) {
      error_ = "label " + model::quote(target_) + " would become longer than 1 MiB";
    } else if (const auto text = value(labels)) {
      labels.set(target_, *text);
      if (target_ == model::kMetricName) drop_name = false;
    }
    return table_.intern(std::move(labels), drop_name);
  });
  if (!error_.empty()) return ctx.fail(error_), out_;
  const bool check = map_.collides();
  met_.clear();
  if (check) owner_.resize(table_.size(), kNoRow), owner_run_.resize(table_.size(), 0);
  for (const Point& point : input) {
    const Row row = map_[point.row];
    out_.push_back({row, point.value});
    if (!check) continue;
    ctx.collided = true;
    // Prometheus 3 relabels whole series, so that two must not share labels even at different times of a range, unless
    // names are removed late. 2.42 relabels what there is at each time.
    const bool whole = !ctx.options.delayed_name_removal && ctx.options.version != Version::v2;
    const bool shared = owner_run_[row] == ctx.range_run && owner_[row] != point.row;
    if (!met_.insert(row) || (shared && whole)) ctx.fail(std::string(kSameLabels));
    owner_run_[row] = ctx.range_run;
    owner_[row] = point.row;
  }
  return out_;
}

LabelReplace::LabelReplace(VectorPtr input, std::span<const std::string> arguments, const Options& options)
    : RelabelCall(std::move(input), arguments[0]), replacement_(arguments[1]), source_(arguments[2]) {
  auto regex = Regex::compile(arguments[3], options.version == Version::v2 ? DotNewline::no : DotNewline::yes);
  if (!regex) {
    error_ = "invalid regular expression in label_replace(): " + arguments[3];
  } else if (!is_label_name(target_, options)) {
    error_ = "invalid destination label name in label_replace(): " + target_;
  } else {
    regex_ = std::move(*regex);
  }
}

std::optional<std::string> LabelReplace::value(const model::Labels& labels) const {
  std::string out;
  if (!regex_->expand(labels.get(source_), replacement_, out)) return std::nullopt;
  return out;
}

std::size_t LabelReplace::longest(const model::Labels& labels) const {
  const auto groups = static_cast<std::size_t>(std::ranges::count(replacement_, '$'));
  return replacement_.size() + groups * labels.get(source_).size();
}

std::size_t LabelJoin::longest(const model::Labels& labels) const {
  std::size_t size = 0;
  for (const std::string& source : sources_) size += separator_.size() + labels.get(source).size();
  return size;
}

LabelJoin::LabelJoin(VectorPtr input, std::span<const std::string> arguments, const Options& options)
    : RelabelCall(std::move(input), arguments[0]),
      separator_(arguments[1]),
      sources_(arguments.begin() + 2, arguments.end()) {
  for (const std::string& source : sources_) {
    if (error_.empty() && !is_label_name(source, options)) {
      error_ = "invalid source label name in label_join(): " + source;
    }
  }
  if (error_.empty() && !is_label_name(target_, options)) {
    error_ = "invalid destination label name in label_join(): " + target_;
  }
}

std::optional<std::string> LabelJoin::value(const model::Labels& labels) const {
  std::string out;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (i > 0) out += separator_;
    out += labels.get(sources_[i]);
  }
  return out;
}

}  // namespace firedrill::promql
