// dead_mans_switch: an alert that always fires is received outside again and again, or stays away when the monitoring
// is broken.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/alerts/alert_match.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "record/sends.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 3> kCommon{"since", "from", "to"};
constexpr std::array kOwn{
    FieldSpec{.name = "alert", .required = true, .doc = "The alert that always fires, such as Watchdog."},
    FieldSpec{.name = "labels", .type = FieldType::text_map, .doc = "Labels that it carries, among others."},
    FieldSpec{.name = "within",
              .type = FieldType::duration,
              .required = true,
              .doc = "The switch's patience: when the alert stays away for longer, it trips."},
    FieldSpec{.name = "trips",
              .type = FieldType::boolean,
              .doc = "Whether it must trip; else it must not.",
              .default_text = "true"},
    FieldSpec{.name = "trips_within", .type = FieldType::duration, .doc = "How soon after `since` it must trip."},
    FieldSpec{.name = "incident", .doc = "The incident that `since` is about; without it the run's first."},
};

bool must_trip(const Fields& fields) {
  return fields.boolean("trips", true);
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_alert(expectation, names, diagnostics);
  const Fields& fields = expectation.fields;
  const auto fault = [&](std::string_view field, std::string what, std::string remedy) {
    diagnostics.push_back({Severity::error, fields.where(field), std::move(what), std::move(remedy)});
  };
  if (fields.has("within") && fields.duration("within") <= kResendDelay) {
    fault("within", "no alert is received so often: it is sent again every minute or less often",
          "a switch waits for several sends, as 5m");
  }
  for (const std::string_view field : {"since", "trips_within"}) {
    if (fields.has(field) && !must_trip(fields))
      fault(field, format("`{}` is about a switch that must trip", field), "leave it out, or say trips: true");
  }
  for (const std::string_view field : {"from", "to"}) {
    // Decoding fills in the default of `from`.
    if (fields.duration(field) > 0ms && must_trip(fields))
      fault(field, format("`{}` is about a switch that must not trip", field), "leave it out, or say trips: false");
  }
}

std::vector<const SendRecord*> sends_of(const Expectation& expectation, const Record& record) {
  std::vector<const SendRecord*> found;
  for (const SendRecord& sends : record.sends) {
    AlertRecord alert;
    alert.alert = sends.alert;
    alert.labels = sends.labels;
    if (matches(expectation, alert)) found.push_back(&sends);
  }
  return found;
}

// The end of a silence at the run's end is not its end.
std::string told(const Silence& silence, const Record& record) {
  return format("nothing was received for {}, from {} {}", describe_duration(silence.length()),
                when(record, silence.from),
                silence.to >= record.judged_to ? "to the run's end" : "to " + when(record, silence.to));
}

// What the sends say of a silence that the switch met, or that came nearest.
std::string sends_lost(const std::vector<const SendRecord*>& sends, const Silence& silence) {
  std::uint64_t lost = 0;
  for (const SendRecord* record : sends) {
    for (const SendStretch& stretch : record->stretches) {
      if (!stretch.received && stretch.from >= silence.from && stretch.to <= silence.to) lost += stretch.sends;
    }
  }
  if (lost == 0) return "the monitor sent nothing in that time";
  return format("the monitor sent {} time{} in vain", lost, lost == 1 ? "" : "s");
}

const Silence* longest(const std::vector<Silence>& silences, Time from, Time to) {
  const Silence* best = nullptr;
  for (const Silence& silence : silences) {
    if (silence.to <= from || silence.from >= to) continue;
    if (best == nullptr || silence.length() > best->length()) best = &silence;
  }
  return best;
}

struct Switch {
  std::vector<const SendRecord*> sends;
  std::vector<Silence> all;  // as heard outside
  Duration patience{};

  // The first silence that trips it at or after `from`.
  const Silence* first_trip(Time from, Time to) const {
    const auto it = std::ranges::find_if(all, [&](const Silence& silence) {
      return silence.length() > patience && trip(silence) >= from && trip(silence) <= to;
    });
    return it == all.end() ? nullptr : &*it;
  }
  Time trip(const Silence& silence) const { return silence.from + patience; }
};

// It has to be firing before anything breaks: a silence that ends because the alert has been resolved, or that begins
// before it fired, says nothing of the monitoring.
bool always_fires(const Expectation& expectation, const Record& record, Time t, Outcome& outcome) {
  const bool fires = std::ranges::any_of(
      record.alerts, [&](const AlertRecord& alert) { return matches(expectation, alert) && fires_in(alert, t, t); });
  if (fires) return true;
  outcome.result = Verdict::invalid;
  outcome.observed = format("it was not firing at {}", when(record, t));
  outcome.why =
      "a switch waits for an alert that always fires, as `expr: vector(1)` does: the silence of another says "
      "nothing of the monitoring";
  return false;
}

// The first injection of the run, since what is broken afterwards may be the switch's own alert.
Time before_all_faults(const Record& record) {
  Time t = record.judged_to;
  for (const FaultRecord& fault : record.faults) t = std::min(t, fault.injected_at.value_or(t));
  return record.faults.empty() ? record.judged_from : t;
}

void judge_trip(const Expectation& expectation, const Record& record, const Switch& wire, Outcome& outcome) {
  const Fields& fields = expectation.fields;
  const auto since = resolve_since(expectation, record, record.incidents.empty() ? "start" : "injected");
  if (!since) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to count from";
    outcome.why = since.error();
    return;
  }
  if (!always_fires(expectation, record, std::min(since->t, before_all_faults(record)), outcome)) return;
  const bool limited = fields.has("trips_within");
  const Time deadline = limited ? since->t + fields.duration("trips_within") : record.judged_to;
  if (limited) {
    outcome.expected += format(" within {} of {}, by {}", describe_duration(fields.duration("trips_within")),
                               since->name, when(record, deadline));
  }
  const Silence* tripped = wire.first_trip(record.judged_from, record.judged_to);
  if (tripped == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = "it did not trip";
    const Silence* nearest = longest(wire.all, since->t, record.judged_to);
    outcome.why = nearest == nullptr ? "the alert was received all the time"
                                     : format("the longest silence was too short: {}", told(*nearest, record));
    return;
  }
  const Time t = wire.trip(*tripped);
  outcome.observed =
      format("tripped at {}: {}; {}", when(record, t), told(*tripped, record), sends_lost(wire.sends, *tripped));
  if (t < since->t) {
    outcome.result = Verdict::fail;
    outcome.why = format("it tripped {} before {}, so that it showed something else", describe_duration(since->t - t),
                         since->name);
  } else if (t > deadline) {
    outcome.result = Verdict::fail;
    outcome.why = format("it tripped at {}, {} late", when(record, t), describe_duration(t - deadline));
  }
}

void judge_calm(const Expectation& expectation, const Record& record, const Switch& wire, Span span, Outcome& outcome) {
  if (!always_fires(expectation, record, std::min(span.from, before_all_faults(record)), outcome)) return;
  if (const Silence* tripped = wire.first_trip(span.from, span.to)) {
    outcome.result = Verdict::fail;
    outcome.observed = format("it tripped at {}", when(record, wire.trip(*tripped)));
    outcome.why = told(*tripped, record) + "; " + sends_lost(wire.sends, *tripped);
    return;
  }
  const Silence* nearest = longest(wire.all, span.from, span.to);
  const Duration spacing = wire.sends.front()->spacing;
  outcome.observed = nearest == nullptr || nearest->length() <= spacing
                         ? format("it was received every {}", describe_duration(spacing))
                         : "it did not trip; at the longest, " + told(*nearest, record);
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  Outcome outcome;
  outcome.subject = fields.text("alert");
  Switch wire{sends_of(expectation, record), {}, fields.duration("within")};
  wire.all = silences(wire.sends, record.judged_to);
  const bool trips = must_trip(fields);
  const Span span = judged_span(expectation, record);
  outcome.expected = trips ? format("{} stays away for more than {}, so that the switch trips",
                                    describe_alert(expectation), describe_duration(wire.patience))
                           : format("{} never stays away for more than {} from {} to {}", describe_alert(expectation),
                                    describe_duration(wire.patience), describe_duration(span.from - record.judged_from),
                                    describe_duration(span.to - record.judged_from));
  const bool heard = std::ranges::any_of(wire.sends, [](const SendRecord* sends) {
    return std::ranges::any_of(sends->stretches, &SendStretch::received);
  });
  if (!heard) {
    outcome.result = trips ? Verdict::invalid : Verdict::fail;
    outcome.observed = "it was never received";
    outcome.why = wire.sends.empty() ? "the monitor never sent it" : "none of its sends was received";
    if (trips) outcome.why += ", so that the switch was never armed";
  } else if (wire.patience < wire.sends.front()->spacing) {
    outcome.result = Verdict::invalid;
    outcome.observed = "the switch has too little patience";
    outcome.why =
        format("the alert is sent every {}, at its rule's interval", describe_duration(wire.sends.front()->spacing));
  } else {
    trips ? judge_trip(expectation, record, wire, outcome) : judge_calm(expectation, record, wire, span, outcome);
  }
  return outcome;
}

}  // namespace

ExpectationKind dead_mans_switch() {
  return {.name = "dead_mans_switch",
          .doc =
              "An alert that always fires is sent out of the monitoring again and again; a switch outside trips when "
              "it stays away for longer than `within`. The switch trips, within a time since the fault was injected, "
              "because the monitoring that is to raise all other alerts is broken; or, with `trips: false`, it does "
              "not trip between two times. The alert belongs to no incident and is no other alert. If it was "
              "never received, the switch was never armed and its trip shows nothing; if it was not firing before the "
              "first "
              "fault, it is no alert that always fires, and the result is invalid.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = false,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
