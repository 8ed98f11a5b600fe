#include "driver/phases.h"

#include <algorithm>
#include <string_view>

#include "base/text/format.h"
#include "events/event.h"
#include "fake_services/faults/fault_times.h"

namespace firedrill::driver {
namespace {

using events::Event;
using events::EventKind;

constexpr std::string_view kWarmUp = "warmup";
constexpr std::string_view kSteady = "steady";
constexpr std::string_view kRecovery = "recovery";

std::string phase_of(std::string_view fault) {
  return format("fault {}", fault);
}

}  // namespace

PhaseTeller::PhaseTeller(const std::vector<fake_services::FaultSpec>& faults, const record::Record& blank,
                         events::Sink& sink)
    : faults_(&faults),
      sink_(&sink),
      judged_from_(blank.judged_from),
      judged_to_(blank.judged_to),
      first_fault_(blank.judged_to) {
  for (const record::FaultRecord& fault : blank.faults) {
    if (fault.at >= judged_to_) continue;  // only somebody begins it
    Event event{.t = blank.started, .kind = EventKind::fault_scheduled, .subject = fault.id, .fields = {}};
    sink_->on_event(std::move(event.with("fault", fault.kind).with("target", fault.target)));
    first_fault_ = std::min(first_fault_, fault.at);
    awaited_.insert(fault.id);
  }
  tell(std::string(kWarmUp), blank.started, judged_from_);
}

void PhaseTeller::tell(std::string name, Time from, Time until) {
  if (from >= std::min(until, judged_to_)) return;
  Event event{.t = from, .kind = EventKind::phase, .subject = std::move(name), .fields = {}};
  sink_->on_event(std::move(event.with("until", format_instant(until))));
}

Time PhaseTeller::next_due() const {
  return warm_ ? Time::max() : judged_from_;
}

// A fault may begin as the warm-up ends: whether one does is known only afterwards where somebody has put it off.
void PhaseTeller::run_due(Time now) {
  if (warm_ || now < judged_from_) return;
  if (first_fault_ == judged_from_ && now == judged_from_ && !has_begun_) return;
  warm_ = true;
  if (!has_begun_) tell(std::string(kSteady), judged_from_, first_fault_ > judged_from_ ? first_fault_ : judged_to_);
}

void PhaseTeller::on_event(Event event) {
  if (event.kind == EventKind::fault_injected) {
    const auto fault = std::ranges::find(*faults_, event.subject, &fake_services::FaultSpec::id);
    awaited_.erase(event.subject);
    on_.insert(event.subject);
    has_begun_ = true;
    const Time until = fake_services::times_from(*fault, event.t).end.value_or(judged_to_);
    tell(phase_of(event.subject), event.t, std::min(until, judged_to_));
  }
  if (event.kind == EventKind::fault_ended) {
    on_.erase(event.subject);
    if (on_.empty() && awaited_.empty()) tell(std::string(kRecovery), event.t, judged_to_);
  }
  sink_->on_event(std::move(event));
}

void note_phase(record::Record& record, const Event& event) {
  const auto end = [&](std::string_view name) {
    for (record::Phase& phase : record.phases) {
      if (phase.name == name) phase.to = std::min(phase.to, event.t);
    }
  };
  if (event.kind == EventKind::phase) {
    const bool is_warm_up = event.subject == kWarmUp;
    record.phases.push_back({event.subject, event.t, is_warm_up ? record.judged_from : record.judged_to});
  } else if (event.kind == EventKind::fault_injected) {
    end(kSteady);
    end(kRecovery);  // somebody lets one more begin
  } else if (event.kind == EventKind::fault_ended) {
    end(phase_of(event.subject));
  }
}

}  // namespace firedrill::driver
