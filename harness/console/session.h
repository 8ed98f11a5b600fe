// An incident that somebody works: a run in steps, what can be seen of it, and what can be done. Console, pages, APIs
// and MCP are forms of it.
//
// It shows nothing that has not happened by now(), and nothing that only the scenario knows. What is done goes to the
// run through its own doors, and consequences are the world's. The same scenario, seed and calls give the same run.
//
//     Session session(scenario, {.seed = 1});
//     while (!session.over()) { … session.pages() … session.acknowledge(1) … session.advance_to_news(until); }
//
// Not thread-safe: one caller at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "console/observation.h"
#include "driver/run.h"
#include "events/action.h"
#include "fake_services/faults/fault.h"
#include "notify/alertmanager.h"
#include "promql/engine.h"
#include "promql/queryable.h"
#include "scenario/load.h"

namespace firedrill::console {

class Sight;

// Why something cannot be done or seen, and what can.
struct Refusal {
  std::string what;    // a sentence without a full stop: "there is no page 4"
  std::string remedy;  // "`pages` lists them"
  std::string type{};  // of queries, Prometheus's: bad_data | execution; execution too of what is too dear
};
template <typename T>
using Answered = std::expected<T, Refusal>;
// What was done, in a sentence.
using Done = Answered<std::string>;

// What one query may cost: far above what people ask, far below what would hold up the drill.
inline constexpr std::int64_t kMostSamplesHeld = 5'000'000;
inline constexpr std::int64_t kMostSamplesRead = 5'000'000;
inline constexpr std::int64_t kMostPoints = 11'000;  // of a range, as Prometheus has it

class Session {
 public:
  struct Options {
    std::uint64_t seed = 1;
    bool records = true;    // finish() gives a record with series and logs; else one of results alone
    std::string command{};  // that reproduces the drill, for the record
    std::optional<record::DrillRecord> drill{};  // likewise: which one it is
  };
  // The scenario must have people on call (trainee.h makes one in which the trainee takes the pages). Stands
  // where the warm-up is over.
  Session(std::shared_ptr<const scenario::LoadedScenario> scenario, const Options& options);
  // A branch: goes on by itself from here.
  Session(const Session& other);
  // A branch of which only what services do is asked, and what people do to them: requests() and now(), act() and
  // declare(). Half as dear; nothing else can be seen of it, and it is not finished.
  struct Unwatched {};
  Session(const Session& other, Unwatched);
  Session& operator=(const Session&) = delete;
  ~Session();

  // --- time ---
  Time start() const;  // of the drill: the end of the warm-up
  Time now() const;
  Time end() const;
  bool watched() const { return watched_; }
  bool over() const;  // the end has come, or the command's bounds are exceeded
  // Not beyond the end; a time that has passed changes nothing.
  void advance_to(Time t);
  // Until something new reaches the trainee (news()), but not beyond `until`.
  void advance_to_news(Time until);

  // --- to observe: all that there is by now ---
  std::vector<Page> pages() const;
  // Every notification that was accepted, in order of time.
  std::span<const Notice> notices() const;
  // Pending and firing, and resolved within fifteen minutes.
  std::vector<AlertView> alerts() const;
  std::vector<RuleGroupView> rule_groups() const;
  std::vector<MetricView> metrics() const;
  std::vector<TargetView> targets() const;
  // What was scraped and recorded, with samples up to now() and no later; valid until time goes on. Its budget is the
  // run's: whoever evaluates on it does so through query() or with bounds of their own (past_series.h).
  const promql::Queryable& series() const;
  // Prometheus's errors in its own words; what is too dear is refused before or while it is evaluated, and hurts
  // nobody. A time later than now is taken for now.
  Answered<promql::Value> query(std::string_view expression, Time at, promql::Annotations* annotations = nullptr) const;
  Answered<promql::Matrix> query_range(std::string_view expression, Time from, Time to, Duration step,
                                       promql::Annotations* annotations = nullptr) const;
  std::vector<ServiceView> services() const;
  std::vector<PodView> pods() const;                         // those that are there
  std::vector<events::ClusterEvent> cluster_events() const;  // in order of their last time
  // The newest `most` lines that pass, in order of time.
  std::vector<events::LogLine> logs(const std::function<bool(const events::LogLine&)>& passes, std::size_t most) const;
  std::vector<events::Change> changes() const;  // of the warm-up too
  std::vector<PlaybookView> playbooks() const;
  std::vector<DutyView> roster() const;
  std::span<const Message> messages() const;
  std::span<const Deed> deeds() const;
  std::span<const News> news() const;  // in order of time; only grows
  // Null: the drill has none, or it is down. With all its alerts, groups' outcomes, silences and configuration.
  const notify::Alertmanager* alertmanager() const;

  // --- to do ---
  // Who the trainee is now.
  struct Trainee {
    std::string person;
    std::string role;  // the tier
    std::string schedule;
  };
  Trainee trainee() const;
  Done acknowledge(int page);
  // Calls the tier of the page's schedule ("secondary", "incident_commander").
  Done escalate(int page, std::string_view tier);
  // Pages another team, by the name that playbooks or the roster have for it, about a page.
  Done hand_over(int page, std::string_view team);
  // P0 to P3, as the trainee judges it. P0 and P1 call who commands, where somebody has acknowledged.
  Done declare(record::SeverityLevel severity);
  // What an action would do, in words, and why it cannot be; nothing happens.
  Done explain(const events::Action& action) const;
  Done act(const events::Action& action);
  // As `POST /api/v2/silences`: from now or later; gives its id.
  Answered<std::string> add_silence(const notify::Silence& silence);
  // As `DELETE /api/v2/silence/ID`.
  Done expire_silence(std::string_view id);
  // In the channel `internal` or `external` (the status page).
  Done post(std::string_view channel, record::PostStatus status, std::string_view text);
  // For oneself, and for the debriefing.
  Done note(std::string_view text);

  // --- for whoever runs the drill ---
  // Begins a fault that the scenario declares, or ends it, now. The error says why that cannot be.
  Done interfere(events::ActionKind kind, std::string_view fault);
  // Those that have begun, and how each stands: never for the trainee.
  std::vector<fake_services::FaultState> faults() const;
  // Somebody who has no part in the run says something to the trainee: "support", "customers cannot pay".
  Done hear(std::string_view role, std::string_view text);

  // --- the end ---
  // The judged record of what was worked, to the end of the run, which goes on without anybody until then. Once.
  driver::Finished finish();
  // Of the entry points since the drill's start, by what really happened: for scoring, too.
  struct Requests {
    double all = 0;
    double lost = 0;  // failed, turned away with 4xx, or answered without what they needed
  };
  Requests requests() const;
  // When the policy went on to others since the trainee's own tier had not acknowledged one of its pages: for scoring.
  std::vector<Time> lapses() const;
  // How bad it is now by the severity function: for scoring, and never for the trainee.
  record::SeverityLevel measured_severity() const;

  const scenario::LoadedScenario& scenario() const { return *scenario_; }

 private:
  Answered<Page> open_page(int number) const;
  std::string working_page() const;

  std::shared_ptr<const scenario::LoadedScenario> scenario_;
  bool watched_ = true;
  std::optional<record::SeverityLevel> declared_;
  std::unique_ptr<Sight> sight_;
  std::unique_ptr<driver::Run> run_;
};

}  // namespace firedrill::console
