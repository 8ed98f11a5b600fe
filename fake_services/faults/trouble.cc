#include "fake_services/faults/trouble.h"

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::fake_services::faults {
namespace {

std::string shown(double level, std::string_view unit) {
  if (unit == "ratio") return format("{:.1f} %", 100 * level);
  if (unit == "flag") return level > 0 ? "yes" : "no";
  return format("{:.4g} {}", level, unit);
}

std::string levels(const StateKind& kind, const Observation& before, const Observation& during) {
  return format("{}: {} (before: {})", kind.name, shown(during.level, kind.unit), shown(before.level, kind.unit));
}

}  // namespace

std::optional<std::string> Trouble::symptom(const Observation& before, const Observation& during,
                                            std::string_view /*target*/) const {
  constexpr double kLeast = 0.02;  // of the way from healthy to bad
  const StateKind& kind = state_table()[state_];
  const double moved = (during.level - before.level) / (kind.bad - kind.healthy);
  const double meant = (level_ - kind.healthy) / (kind.bad - kind.healthy);
  if (maths::abs(moved) < kLeast * maths::abs(meant) || moved == 0) return std::nullopt;
  return format("{}; {}", kind.doc, levels(kind, before, during));
}

std::string Trouble::unseen(const Observation& before, const Observation& during, std::string_view target) const {
  return format("nothing of {} has changed: {}", target, levels(state_table()[state_], before, during));
}

std::optional<FieldProblem> check_level(const Fields& fields) {
  const std::size_t state = state_index(fields.text("what"));
  if (!fields.has("level") || state == state_table().size()) return std::nullopt;
  const StateKind& kind = state_table()[state];
  const double level = fields.number("level");
  if (kind.unit == "flag" && level != 0 && level != 1) {
    return FieldProblem{"level", format("'{}' is a flag, and no {:g}", kind.name, level), "expected 0 or 1"};
  }
  if (kind.unit != "ratio") return std::nullopt;
  // Some ratios are none of a whole: what is promised can be more than there is.
  const bool of_whole = kind.bad <= 1 && kind.healthy <= 1;
  if (level >= 0 && (!of_whole || level <= 1)) return std::nullopt;
  return FieldProblem{"level", format("'{}' is a ratio, and cannot be {:g}", kind.name, level),
                      of_whole ? "expected 0 to 1: 0.95 are 95 %" : "expected 0 or more: 1 are 100 %"};
}

std::shared_ptr<const Fault> make_trouble(const Fields& fields) {
  const std::size_t state = state_index(fields.text("what"));
  return std::make_shared<Trouble>(state, fields.number("level", state_table()[state].bad));
}

}  // namespace firedrill::fake_services::faults
