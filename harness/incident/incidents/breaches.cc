#include "incident/incidents/breaches.h"

#include <algorithm>

#include "incident/truth.h"

namespace firedrill::incident {
using namespace record;

Time breach_start(const Record& record, std::size_t minute) {
  Time t = minute_start(record, minute);
  for (const FaultRecord& fault : record.faults) {
    if (fault.injected_at && *fault.injected_at < minute_end(record, minute)) t = std::max(t, *fault.injected_at);
  }
  return t;
}

std::vector<Breach> breaches(const Record& record, std::span<const Slo* const> slos, std::span<const Time> since) {
  const auto missed = [&](MinuteRange minutes) {
    return std::ranges::any_of(slos, [&](const Slo* slo) {
      const SliCount count = sli_count(record, *slo, minutes);
      return count.total > 0 && count.ratio() < slo->objective;
    });
  };
  const auto hold = static_cast<std::size_t>(std::max<std::int64_t>(1, record.declared.hold / 1min));
  std::vector<Breach> found;
  std::size_t not_before = minute_at(record, since.front());  // where the hold window at hand may begin
  // Nothing was missed yet since the last of the times given.
  const auto fresh = [&](std::size_t minute) {
    const auto next = std::ranges::find_if(since, [&](Time t) { return minute_at(record, t) > minute; });
    return found.empty() || found.back().from < *std::prev(next);
  };
  const std::size_t count = minute_count(record);
  for (std::size_t minute = not_before; minute < count; ++minute) {
    const bool open = !found.empty() && !found.back().to;
    const MinuteRange window{std::max(not_before, minute + 1 >= hold ? minute + 1 - hold : 0), minute};
    const bool whole_window = window.last - window.first + 1 == hold;
    if (open) {
      if (whole_window && !missed(window)) {
        // The window as a whole may meet the objective before its first minutes do.
        std::size_t back = window.first;
        while (back < window.last && missed({back, back})) ++back;
        found.back().to = std::max(found.back().from, minute_start(record, back));
      }
    } else if (missed({minute, minute}) && (fresh(minute) || (whole_window && missed(window)))) {
      // Afterwards a single request that fails in a quiet minute opens nothing again: the whole window has to be bad.
      found.push_back({std::max(breach_start(record, minute), since.front()), std::nullopt});
      not_before = minute;
    }
  }
  return found;
}

}  // namespace firedrill::incident
