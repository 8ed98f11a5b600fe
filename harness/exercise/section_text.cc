#include "exercise/section_text.h"

#include <limits>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "exercise/drill.h"
#include "exercise/trial.h"

namespace firedrill::exercise {
namespace {

class Writer {
 public:
  Writer(const Section& section, const std::string& service, Duration warmup)
      : section_(section), service_(service), hot_(beginning() + warmup + section.hot_from) {}

  void write(const Prop& prop) {
    if (prop.bounds.empty()) return write(prop, "", prop.motion, number(prop.calm), number(prop.hot));
    const auto bucket = [&](double bound, const std::string& text) {
      write(prop, text, Motion::slope, bucket_rate(prop.calm, bound), bucket_rate(prop.hot, bound));
    };
    for (const double bound : prop.bounds) bucket(bound, format_go_g(bound));
    bucket(std::numeric_limits<double>::infinity(), "+Inf");
  }

  Entries take() { return std::move(entries_); }

 private:
  using Number = std::optional<double>;

  Number number(const Value& value) const {
    if (!value) return std::nullopt;
    return value->from_now ? to_seconds(hot_.time_since_epoch()) + value->value : value->value;
  }

  void write(const Prop& prop, const std::string& bound, Motion motion, Number calm, Number hot) {
    const bool slope = motion == Motion::slope;
    if (calm) {
      add(prop, bound,
          slope ? format("set: 0{}", *calm != 0 ? format(", rate: {}", *calm) : "") : format("set: {}", *calm),
          section_.begin, section_.end - section_.begin);
    }
    const Duration lasts = section_.hot_to - section_.hot_from;
    if (calm && !hot) return add(prop, bound, "absent: true", section_.hot_from, lasts);
    if (!hot || (calm && *calm == *hot)) return;
    std::string says;
    if (slope) {
      says = calm ? format("rate: {}", *hot - *calm) : format("set: 0{}", *hot != 0 ? format(", rate: {}", *hot) : "");
    } else {
      says = format("set: {}", *hot);
      if (motion == Motion::trend) says += format(", ramp: {}", format_duration(lasts));
    }
    add(prop, bound, says, section_.hot_from, lasts);
  }

  void add(const Prop& prop, const std::string& bound, const std::string& says, Duration at, Duration lasts) {
    std::string labels;
    const auto label = [&](const std::string& name, const std::string& value) {
      labels += format("{}{}: {}", labels.empty() ? "" : ", ", quoted_text(name), quoted_text(value));
    };
    for (const auto& [name, value] : prop.labels) label(name, value);
    if (!bound.empty()) label(std::string(model::kBucketLabel), bound);
    const std::string id = format("{}.{}", section_.id, entries_.ids.size() + 1);
    entries_.text += format(
        "  - {{id: {}, kind: metric, target: {{service: {}}}, at: {}, duration: {}, metric: {}, labels: "
        "{{{}}}, "
        "{}}}\n",
        quoted_text(id), quoted_text(service_), format_duration(at), format_duration(lasts), quoted_text(prop.metric),
        labels, says);
    entries_.ids.push_back(id);
  }

  const Section& section_;
  const std::string& service_;
  Time hot_;
  Entries entries_;
};

}  // namespace

Entries metric_entries(const Section& section, const Solution& solution, const std::string& service, Duration warmup) {
  Writer writer(section, service, warmup);
  for (const Prop& prop : solution.props) writer.write(prop);
  return writer.take();
}

std::size_t count_entries(const Solution& solution) {
  static const std::string kNone;
  return metric_entries(Section{}, solution, kNone, Duration(0)).ids.size();
}

Entries cause_entry(const std::string& id, const Cause& cause, Duration at, Duration lasts) {
  return {format("  - {{id: {}, {}, at: {}, duration: {}}}\n", quoted_text(id), cause.fields, format_duration(at),
                 format_duration(lasts)),
          {id}};
}

}  // namespace firedrill::exercise
