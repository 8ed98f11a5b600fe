#include "console/score/score.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "console/drill/cause_table.h"
#include "console/facilitator.h"
#include "console/line/turn.h"
#include "incident/judge.h"
#include "incident/people/communication.h"
#include "record/numbers.h"
#include "reports/communication_rows.h"

namespace firedrill::console {
namespace {

constexpr std::array kAspects{
    AspectSpec{"acknowledged", 10, "how soon the first page was, against what is asked"},
    AspectSpec{"looked first", 10, "what was looked at before production was touched"},
    AspectSpec{"hypothesis", 20, "how soon the first right one was, and how many wrong ones stood before it"},
    AspectSpec{"severity", 10, "as the severity function gives it"},
    AspectSpec{"mitigation", 20, "how much of what need not have been lost was not"},
    AspectSpec{"no harm", 10, "requests lost beyond those that are lost where nobody acts"},
    AspectSpec{"communication", 10, "the first post, the cadence, the last post"},
    AspectSpec{"escalation", 5, "where it was due"},
    AspectSpec{"verified", 5, "that it is over was looked at before it was said"},
};

// Acknowledged within half the target, or five minutes, is as good as at once; a right hypothesis likewise.
constexpr Duration kSoon = 5min;
constexpr Duration kRightSoon = 10min;
constexpr Duration kRightLate = 45min;
// By then a commander is there who is called at all.
constexpr Duration kCommandWithin = 15min;
// From when on a playbook of ours asks for the next tier.
constexpr Duration kEscalateAfter = 30min;
// So many different things are looked at by who wants to know.
constexpr double kEnoughLooks = 3;
// What shows how production is: pages and playbooks say what others have thought of it.
constexpr std::array<std::string_view, 8> kShowsProduction{"alerts", "map",  "pods",   "query",
                                                           "range",  "logs", "events", "changes"};
// What chance alone may lose.
constexpr double kChance = 0.02;
constexpr double kFewRequests = 50;

// The kinds of causes by which who looks for it may call a fault that whoever runs a drill lets happen.
struct CausesOfFault {
  std::string_view fault;
  std::array<std::string_view, 2> causes;  // the second may be empty
};
constexpr std::array kCausesOfFaults{
    CausesOfFault{"http_error", {"errors"}},
    CausesOfFault{"latency", {"slowness"}},
    CausesOfFault{"hang", {"process", "slowness"}},
    CausesOfFault{"crash_loop", {"process"}},
    CausesOfFault{"dependency_down", {"unreachable", "process"}},
    CausesOfFault{"cpu_throttle", {"capacity", "slowness"}},
    CausesOfFault{"memory_leak", {"memory"}},
    CausesOfFault{"traffic_surge", {"overload", "capacity"}},
    CausesOfFault{"bad_deploy", {"release", "errors"}},
};

// A fault of that name, or the second or third that shares it.
bool is_named(std::string_view fault, std::string_view name) {
  if (!fault.starts_with(name)) return false;
  const std::string_view rest = fault.substr(name.size());
  return rest.empty() || (name.starts_with(kInject) && rest.size() == 2 && (rest == "-2" || rest == "-3"));
}

bool is_cause_of(const Hypothesis& said, const record::FaultRecord& fault) {
  if (!contains(fault.services, said.service)) return false;
  const auto row = std::ranges::find(kCausesOfFaults, fault.kind, &CausesOfFault::fault);
  return row != kCausesOfFaults.end() && contains(row->causes, said.cause);
}

class Scorer {
 public:
  Scorer(const Worked& worked, const Yardstick& yardstick, const Drill& drill)
      : worked_(worked),
        yardstick_(yardstick),
        drill_(drill),
        record_(worked.finished.record),
        incident_(incident_of(record_)),
        injected_(injected_in(worked)),
        quiet_(drill.quiet && injected_.empty()) {
    if (drill.quiet && !injected_.empty()) wrong_since_ = *injected_.front()->injected_at;
    paged_at_ = worked.pages.empty() ? std::nullopt : std::optional(worked.pages.front().at);
  }

  Score score() {
    score_.quiet = quiet_;
    score_.lost = worked_.lost;
    score_.lost_by_nobody = yardstick_.lost_by_nobody;
    // The best response to a false alarm is none to what was injected into it.
    if (!wrong_since_) score_.lost_at_best = yardstick_.lost_at_best;
    acknowledged();
    looked_first();
    hypothesis();
    severity();
    mitigation();
    no_harm();
    communication();
    escalation();
    verified();
    hints();
    for (const ScoreLine& line : score_.lines) {
      score_.points += line.points;
      score_.most += line.most;
    }
    return std::move(score_);
  }

 private:
  void add(std::string_view aspect, double share, std::string why, std::optional<Time> at = std::nullopt) {
    const auto spec = std::ranges::find(kAspects, aspect, &AspectSpec::name);
    score_.lines.push_back(
        {std::string(aspect), spec->most * std::clamp(share, 0.0, 1.0), spec->most, std::move(why), at});
  }
  void leave_out(std::string_view aspect, std::string why) {
    score_.lines.push_back({std::string(aspect), 0, 0, std::move(why), std::nullopt});
  }

  const Trace* first(Trace::Kind kind) const {
    const auto found = std::ranges::find(worked_.book.traces, kind, &Trace::kind);
    return found == worked_.book.traces.end() ? nullptr : &*found;
  }

  static std::string listed(const std::set<std::string>& kinds) {
    std::string list;
    for (const std::string& kind : kinds) list += (list.empty() ? "" : ", ") + kind;
    return list;
  }

  // That nothing is wrong is known by who has looked: what was looked at of production since the page, or since the
  // beginning where nobody is paged, until then. All that is left alone in a drill that stays quiet counts for as much.
  struct Evidence {
    double share = 1;
    std::string words{};  // behind a reason
  };
  Evidence evidence(std::optional<Time> until = std::nullopt) const {
    if (!quiet_) return {};
    if (!paged_at_ && yardstick_.pages) return {0, ", which was said before anybody was paged"};
    std::set<std::string> kinds;
    for (const Trace& trace : worked_.book.traces) {
      const std::string kind = trace.what.substr(0, trace.what.find(' '));
      if (trace.kind != Trace::Kind::look || !contains(kShowsProduction, kind)) continue;
      if (trace.at >= paged_at_.value_or(record_.judged_from) && (!until || trace.at <= *until)) kinds.insert(kind);
    }
    const char* since = paged_at_ ? "since the page" : "before";
    if (kinds.empty()) return {0, format(", and nothing of production was looked at {}", since)};
    const double share = static_cast<double>(kinds.size()) / kEnoughLooks;
    if (share < 1) return {share, format(", and no more than {} was looked at {}", listed(kinds), since)};
    return {1, format("; {} were looked at {}", listed(kinds), since)};
  }
  void add_with(const Evidence& evidence, std::string_view aspect, double share, std::string_view why,
                std::optional<Time> at = std::nullopt) {
    add(aspect, share * evidence.share, format("{}{}", why, evidence.words), at);
  }

  // Who has not acknowledged may hear that somebody else did.
  std::string not_acknowledged() const {
    const auto taken =
        std::ranges::find_if(worked_.pages, [](const Page& page) { return page.acknowledged_at.has_value(); });
    if (taken == worked_.pages.end()) return "no page was acknowledged";
    return format("not by you: {} did, {} after the page", taken->acknowledged_by,
                  describe_duration(*taken->acknowledged_at - taken->at));
  }

  // Where there are several incidents, those that a page was of: ", of newsletter".
  std::string incidents_of(const Page& page) const {
    const auto opened =
        std::ranges::count_if(record_.incidents, [](const auto& each) { return each.peak.has_value(); });
    if (opened < 2) return {};
    const auto listed_of = [&](auto&& is_of_page) {
      std::set<std::string> ids;
      for (const record::AlertRecord& alert : record_.alerts) {
        const bool named = !alert.incident.empty() && contains(page.alerts, alert.alert);
        if (named && is_of_page(alert)) ids.insert(alert.incident);
      }
      return listed(ids);
    };
    // Alerts that called somebody with it; else those that fired meanwhile.
    std::string ids = listed_of([&](const record::AlertRecord& alert) { return alert.paged_at == page.at; });
    if (ids.empty()) {
      ids = listed_of([&](const record::AlertRecord& alert) {
        return alert.firing_at && *alert.firing_at <= page.over_at.value_or(record_.judged_to) &&
               (!alert.resolved_at || *alert.resolved_at >= page.at);
      });
    }
    return ids.empty() ? ", of no incident" : ", of " + ids;
  }

  void acknowledged() {
    if (!paged_at_ && yardstick_.pages) {
      return add("acknowledged", 0, "it was said to be over before anybody was paged");
    }
    if (!paged_at_) return leave_out("acknowledged", "nobody is paged in it");
    const auto& first = worked_.book.acknowledged;
    const auto page = std::ranges::find(worked_.pages, first ? first->page : 0, &Page::number);
    if (page == worked_.pages.end()) return add("acknowledged", 0, not_acknowledged(), *paged_at_);
    const Duration after = first->at - page->at;
    score_.acknowledged_after = after;
    Duration target = 15min;
    if (const auto worst = worst_severity(record_); record_.on_call && worst) {
      target = record_.on_call->target_of(*worst).value_or(target);
    }
    const Duration soon = std::min(kSoon, target / 2);
    const double late = to_seconds(after - soon) / std::max(1.0, to_seconds(target - soon));
    add("acknowledged", 1 - late,
        format("{} after page {}{}; {} is asked, {} is as good as at once", describe_duration(after), page->number,
               incidents_of(*page), describe_duration(target), describe_duration(soon)),
        first->at);
  }

  void looked_first() {
    const Trace* act = first(Trace::Kind::act);
    const Time until = act != nullptr ? act->at : record_.judged_to;
    std::set<std::string> kinds;
    for (const Trace& trace : worked_.book.traces) {
      if (trace.kind != Trace::Kind::look || trace.at > until || &trace == act) continue;
      if (act != nullptr && &trace > act) break;
      kinds.insert(trace.what.substr(0, trace.what.find(' ')));
    }
    const std::string list = listed(kinds);
    if (act == nullptr && kinds.empty()) return add("looked first", 0, "nothing was looked at");
    add("looked first", static_cast<double>(kinds.size()) / kEnoughLooks,
        kinds.empty() ? format("nothing was looked at before `{}`", act->what)
                      : format("{} before {}", list, act == nullptr ? "the end" : format("`{}`", act->what)),
        act == nullptr ? std::nullopt : std::optional(act->at));
  }

  bool is_right(const Hypothesis& said) const {
    if (quiet_) return said.cause == kNothingWrong;
    const auto explains = [&](const record::FaultRecord* fault) {
      return said.at >= *fault->injected_at && is_cause_of(said, *fault);
    };
    if (std::ranges::any_of(injected_, explains)) return true;
    return std::ranges::any_of(drill_.causes, [&](const Cause& cause) {
      return cause.kind == said.cause && (cause.service.empty() || cause.service == said.service);
    });
  }

  void hypothesis() {
    std::vector<Hypothesis> all = worked_.book.hypotheses;
    // Until then nothing was wrong, and what was said of it is neither right nor wrong.
    if (wrong_since_) std::erase_if(all, [&](const Hypothesis& each) { return each.at < *wrong_since_; });
    if (all.empty()) {
      return add("hypothesis", 0, wrong_since_ ? "none was declared since something was wrong" : "none was declared");
    }
    const auto right = std::ranges::find_if(all, [&](const Hypothesis& each) { return is_right(each); });
    score_.cause_found = is_right(all.back());
    if (right == all.end()) return add("hypothesis", 0, "none of those that were declared was right", all.front().at);
    const auto wrong = right - all.begin();
    const bool since_injected = wrong_since_ && (!paged_at_ || *wrong_since_ > *paged_at_);
    const Time from = since_injected ? *wrong_since_ : paged_at_.value_or(record_.judged_from);
    const Duration after = std::max(Duration(0), right->at - from);
    std::string when = format("{} after {}", describe_duration(after), since_injected ? "it began" : "the page");
    if (!paged_at_ && !since_injected) when = format("{} after the beginning", describe_duration(after));
    if (paged_at_ && right->at < *paged_at_) when = "before anybody was paged";
    double share = 1 - (to_seconds(after - kRightSoon) / to_seconds(kRightLate - kRightSoon));
    share = std::clamp(share, 0.2, 1.0) - (0.15 * static_cast<double>(wrong));
    if (!score_.cause_found) share /= 2;
    add_with(evidence(right->at), "hypothesis", share,
             format("{}: right, {}, {} wrong {} before it{}",
                    right->service.empty() ? right->cause : right->service + " " + right->cause, when, wrong,
                    wrong == 1 ? "one" : "ones", score_.cause_found ? "" : "; it was given up again"),
             right->at);
  }

  void severity() {
    const auto& said = worked_.book.declared;
    const record::SeverityLevel is =
        quiet_ ? record::SeverityLevel::p3 : worst_severity(record_).value_or(record::SeverityLevel::p3);
    if (!said && quiet_) return add_with(evidence(), "severity", 1, "none was declared, as nothing was wrong");
    if (!said) return add("severity", 0, format("none was declared; it was {} at its worst", record::to_string(is)));
    const int off = static_cast<int>(*said) - static_cast<int>(is);
    add_with(evidence(), "severity",
             off == 0                ? 1
             : off == 1 || off == -1 ? 0.5
                                     : 0,
             format("declared as {}; it was {} at its worst", record::to_string(*said), record::to_string(is)),
             worked_.book.declared_at);
  }

  // What was lost that need not have been: held against the best response, else against what nobody's run shows.
  void mitigation() {
    if (quiet_) {
      const Trace* act = first(Trace::Kind::act);
      score_.false_alarm = act != nullptr ||
                           (worked_.book.declared && *worked_.book.declared != record::SeverityLevel::p3) ||
                           (!worked_.book.hypotheses.empty() && !is_right(worked_.book.hypotheses.back()));
      if (act == nullptr) {
        return add_with(evidence(), "mitigation", 1, "nothing was wrong, and production was left alone");
      }
      return add("mitigation", 0, format("nothing was wrong, and `{}` was done", act->what), act->at);
    }
    if (incident_ != nullptr && incident_->times.breached_at && incident_->times.mitigated_at) {
      score_.mitigated_after = *incident_->times.mitigated_at - *incident_->times.breached_at;
    }
    const double mine = worked_.lost;
    const double nobody = yardstick_.lost_by_nobody;
    const double best = score_.lost_at_best ? std::min(*score_.lost_at_best, nobody) : nobody * 0.2;
    const double avoidable = nobody - best;
    const double saved = avoidable <= kFewRequests ? 0 : (nobody - mine) / avoidable;
    score_.mitigated = saved > 0.25;
    if (wrong_since_) {
      return leave_out("mitigation",
                       format("{:.0f} requests were lost; where nobody acts {:.0f} are, and no best response is known "
                              "to what was let happen",
                              mine, nobody));
    }
    if (avoidable <= kFewRequests)
      return leave_out("mitigation", "where nobody acts hardly more is lost than with a good response");
    add("mitigation", saved,
        format("{:.0f} requests were lost; where nobody acts {:.0f} are, {} {:.0f}", mine, nobody,
               score_.lost_at_best ? "with the best response that is known" : "and a good response may lose", best),
        incident_ == nullptr ? std::nullopt : incident_->times.mitigated_at);
  }

  void no_harm() {
    const double more = worked_.lost - yardstick_.lost_by_nobody;
    const double chance = std::max(kFewRequests, yardstick_.lost_by_nobody * kChance);
    if (more < 0.5) return add("no harm", 1, "no more was lost than where nobody acts");
    if (more <= chance) {
      return add("no harm", 1,
                 format("{:.0f} requests more were lost than where nobody acts, which may be chance", more));
    }
    const double scale = std::max(yardstick_.lost_by_nobody, worked_.requests * 0.01);
    add("no harm", 1 - (more / std::max(1.0, scale)),
        format("{:.0f} requests more were lost than where nobody acts", more));
  }

  // Whether what broke was still so when it was said that it is over.
  bool was_not_over(Time said) const {
    return std::ranges::any_of(record_.incidents, [&](const record::IncidentRecord& each) {
      return each.peak && incident::is_said_too_early(each, said);
    });
  }

  // The most severe incident that was there before the drill was ended. Of several behind one page only one is heard
  // of, and so told of: those of which it was due come first.
  const record::IncidentRecord& told_of() const {
    const auto rank = [&](const record::IncidentRecord& each) {
      const bool asked = each.communication && each.communication->first != "not due";
      const bool beyond =
          worked_.book.closed_at && !each.severity.empty() && each.severity.front().t > *worked_.book.closed_at;
      return std::tuple(beyond, !asked, *each.peak, -each.requests_failed);
    };
    const record::IncidentRecord* most = incident_;
    for (const record::IncidentRecord& each : record_.incidents) {
      if (each.peak && rank(each) < rank(*most)) most = &each;
    }
    return *most;
  }

  // All posts, whatever they were of, and what of them was false.
  struct Posts {
    int inside = 0;
    int outside = 0;
    std::optional<Time> first{};
    int honest = 0;
    std::set<Time> false_ones{};  // said that it is over, and it was not
    bool ends_false = false;      // the last of those that said so
  };
  Posts posts() const {
    Posts out;
    for (const events::Event& event : record_.timeline) {
      if (event.kind != events::EventKind::communication_posted) continue;
      ++(event.text("channel") == record::kInternal ? out.inside : out.outside);
      if (!out.first) out.first = event.t;
      const bool says_over = record::parse_post_status(event.text("status")) == record::PostStatus::resolved;
      if (says_over) out.ends_false = was_not_over(event.t);
      if (says_over && out.ends_false) {
        out.false_ones.insert(event.t);
      } else {
        ++out.honest;
      }
    }
    return out;
  }

  void communication() {
    if (quiet_ || incident_ == nullptr) {
      const bool alarmed = std::ranges::any_of(worked_.book.traces, [](const Trace& trace) {
        return trace.kind == Trace::Kind::tell && trace.what.starts_with("post external");
      });
      return add_with(
          evidence(), "communication", alarmed ? 0.5 : 1,
          alarmed ? std::string_view("everybody was told of something that was nothing") : reports::kNothingToTell);
    }
    const auto& told = told_of().communication;
    if (!told) return leave_out("communication", "nothing is asked of it");
    const auto good = [](const std::string& is) {
      return is == "kept" || is == "not asked" || is == "not due" || is == "open";
    };
    const Posts all = posts();
    const std::optional<Time> first = told->first_at ? told->first_at : all.first;
    const bool began_false = first && all.false_ones.contains(*first);
    const bool ends_false = all.ends_false || told->final_post == "too early";
    // Who has told nothing but what was false has told nobody.
    const bool posted = told->posts_internal + told->posts_external > 0 && all.honest > 0;
    double share = 0;
    if (good(told->first) && posted && !began_false) share += 0.4;
    if (good(told->cadence) && posted) share += 0.3;
    if (good(told->final_post) && posted && !ends_false) share += 0.3;
    std::string why =
        format("{} post{} inside, {} on the status page; the first: {}, the cadence: {}, the last: {}", all.inside,
               all.inside == 1 ? "" : "s", all.outside, began_false ? std::string("false") : told->first, told->cadence,
               ends_false ? std::string("it was not over when that was said") : told->final_post);
    if (!all.false_ones.empty()) {
      why += format("; at {} it was said to be over, which was false", format_clock(*all.false_ones.begin()));
    }
    add("communication", share, std::move(why), told->first_at);
  }

  // When the policy first called the next tier since the trainee had not acknowledged.
  std::optional<Time> neglected_at() const {
    const auto& acknowledged = worked_.book.acknowledged;
    const auto page = std::ranges::find(worked_.pages, acknowledged ? acknowledged->page : 1, &Page::number);
    if (page == worked_.pages.end()) return std::nullopt;
    for (const Time lapsed : worked_.lapses) {
      if (acknowledged && lapsed >= acknowledged->at) break;
      if (worked_.book.closed_at && lapsed > *worked_.book.closed_at) break;
      if (lapsed >= page->at) return lapsed;
    }
    return std::nullopt;
  }

  void escalation() {
    const auto worst = worst_severity(record_);
    const bool grave = !quiet_ && worst && *worst <= record::SeverityLevel::p1;
    const std::optional<Time> called = worked_.book.called_at;
    if (!grave) {
      const bool lasts = score_.mitigated_after.value_or(Duration(0)) > kEscalateAfter;
      if (quiet_ && called) return add("escalation", 0.5, "somebody was called for nothing", called);
      if (!lasts && !called) return add_with(evidence(), "escalation", 1, "none was due");
      if (!lasts || called) return add("escalation", 1, lasts ? "somebody else was called" : "none was due", called);
      return add("escalation", 0,
                 format("it went on for more than {}, and nobody else was called", describe_duration(kEscalateAfter)));
    }
    const Time from = paged_at_.value_or(record_.judged_from);
    const auto neglected = neglected_at();
    if (neglected && (!called || *neglected < *called)) {
      return add("escalation", 0,
                 format("somebody else was called {} after the page, since it had not been acknowledged",
                        describe_duration(*neglected - from)),
                 neglected);
    }
    if (!called)
      return add("escalation", 0, format("it was {}, and nobody else was called", record::to_string(*worst)));
    const Duration after = *called - from;
    add("escalation", after <= kCommandWithin ? 1 : 0.5,
        format("somebody else was called {} after the page", describe_duration(after)), called);
  }

  // When it was said that it is over: by the end of the drill, else by the last post that says so.
  std::optional<Time> said_over_at() const {
    if (worked_.book.closed_at) return worked_.book.closed_at;
    std::optional<Time> at;
    for (const Trace& trace : worked_.book.traces) {
      std::string_view rest = trace.what;
      if (trace.kind != Trace::Kind::tell || take_word(rest) != "post") continue;
      take_word(rest);
      if (record::parse_post_status(take_word(rest)) == record::PostStatus::resolved) at = trace.at;
    }
    return at;
  }

  void verified() {
    const auto said = said_over_at();
    if (!said) return add("verified", 0, "it was never said that it is over");
    std::optional<Time> over;
    for (const Page& page : worked_.pages) {
      if (page.at > *said) continue;
      if (page.state != Page::State::over || *page.over_at > *said)
        return add("verified", 0, "a page still went on when it was said to be over", *said);
      over = over ? std::max(*over, *page.over_at) : page.over_at;
    }
    if (quiet_ && !over) over = paged_at_;
    if (!over && yardstick_.pages) {
      return add("verified", 0, "it was said to be over before anybody was paged", *said);
    }
    if (!over) return leave_out("verified", "nobody is paged in it");
    if (was_not_over(*said))
      return add("verified", 0, "what was broken was so still when it was said to be over", *said);
    for (const Trace& trace : worked_.book.traces) {
      if (trace.kind == Trace::Kind::look && trace.at >= *over && trace.at <= *said) {
        return add("verified", 1, format("`{}` after the last page was over", trace.what), trace.at);
      }
    }
    add("verified", 0.4, "the pages were over; nothing else was looked at before it was said to be over", *said);
  }

  void hints() {
    if (worked_.book.hints == 0) return;
    score_.lines.push_back({"hints", -static_cast<double>(worked_.book.hint_price), 0,
                            format("{} of {} were asked for", worked_.book.hints, drill_.hints.size()), std::nullopt});
  }

  const Worked& worked_;
  const Yardstick& yardstick_;
  const Drill& drill_;
  const record::Record& record_;
  const record::IncidentRecord* incident_;
  std::vector<const record::FaultRecord*> injected_;
  bool quiet_;                       // and stayed so
  std::optional<Time> wrong_since_;  // of a quiet drill into which something was injected
  std::optional<Time> paged_at_;
  Score score_;
};

}  // namespace

std::span<const AspectSpec> score_aspects() {
  return kAspects;
}

const record::IncidentRecord* incident_of(const record::Record& record) {
  const auto is_own = [](const record::IncidentRecord& incident) {
    return !std::ranges::all_of(incident.faults, [](const std::string& fault) { return fault.starts_with(kInject); });
  };
  const record::IncidentRecord* most = nullptr;
  for (const record::IncidentRecord& each : record.incidents) {
    if (!each.peak) continue;
    const bool worse = most == nullptr ||
                       (is_own(each) == is_own(*most) ? each.requests_failed > most->requests_failed : is_own(each));
    if (worse) most = &each;
  }
  return most;
}

std::optional<record::SeverityLevel> worst_severity(const record::Record& record) {
  std::optional<record::SeverityLevel> worst;
  for (const record::IncidentRecord& each : record.incidents) {
    if (each.peak) worst = std::min(worst.value_or(*each.peak), *each.peak);
  }
  return worst;
}

std::vector<const record::FaultRecord*> injected_in(const Worked& worked) {
  std::vector<const record::FaultRecord*> found;
  for (const record::FaultRecord& fault : worked.finished.record.faults) {
    const auto begins = [&](const Step& step) {
      std::string_view rest = step.line;
      return !step.by.empty() && step.ok && take_word(rest) == "inject" && is_named(fault.id, rest);
    };
    // One that was ended at the instant at which it began was none.
    const bool lasted = fault.injected_at && fault.recovered_at != fault.injected_at;
    if (lasted && std::ranges::any_of(worked.steps, begins)) found.push_back(&fault);
  }
  std::ranges::stable_sort(found, {}, [](const record::FaultRecord* fault) { return *fault->injected_at; });
  return found;
}

void put_into(record::Record& record, const Score& score) {
  if (!record.drill) return;
  record.drill->score = score.lines;
  record::round_numbers(record);
  incident::decide(record);
}

Score score_of(const Worked& worked, const Yardstick& yardstick, const Drill& drill) {
  return Scorer(worked, yardstick, drill).score();
}

}  // namespace firedrill::console
