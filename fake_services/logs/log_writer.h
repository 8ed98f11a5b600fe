// Writes the logs of the services, of Prometheus and of its Alertmanager: from what was counted since it looked last,
// and from nothing else. What a line says of it comes from the faults that hit what was counted (FaultKind::lines), as
// far as there is more of it than is usual, and else from log_form.h. Lines are a sample (log_sampler.h): each says for
// how many it stands. What none stands for when a cause ends has a last one, and so has what is left at the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "events/minute.h"
#include "events/sink.h"
#include "fake_services/faults/fault_injector.h"
#include "fake_services/faults/observer.h"
#include "fake_services/logs/log_form.h"
#include "fake_services/logs/log_sampler.h"
#include "fake_services/logs/rate_history.h"
#include "fake_services/pods/pods.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"

namespace firedrill::fake_services {

// Who counts. Everything has been drawn up to now.
struct LogSources {
  const Flow& flow;
  const Tallies& tallies;
  const Pods& pods;
  const FaultInjector& faults;
  std::span<const ScrapeTally> scrapes;  // by pod
  const MonitorCounts& monitor;
  const AlertmanagerCounts& alertmanager;
};

class LogWriter {
 public:
  // Of one cause, service and peer in a minute; one more may stand for what none stands for yet, and at the end of the
  // run another. And of the ends and the starts of a service's processes, each.
  static constexpr std::size_t kMostInAMinute = 5;
  static constexpr std::size_t kMostProcesses = 10;  // and one more for the others

  // `every`: how often at most a line is written of one cause, service and peer that goes on and on.
  LogWriter(const FlowModel& model, std::uint64_t seed, Time start, Duration every);

  // Which pods there are, and are up: as the run begins, and whenever nodes may have been lost or be there again.
  void note_pods(const Pods& pods, Time now);
  // The flow has gone on from one time to another, at one rate.
  void pass(const Flow& flow, Time from, Time to);
  // Something about pods or certificates has changed at t: what begins or ends in this minute does so from there.
  void note_change(Time t);
  // What the services' answers took in the minute that ends now; told before write().
  void see(const events::Minute& minute);
  // Of what was counted since the last time.
  void write(const LogSources& sources, Time now, events::Sink& sink);
  // The run is over: lines of all that none stands for yet.
  void finish(events::Sink& sink);
  // Of processes that have ended by themselves, and of new ones; and of nodes that are gone. `changes` are the pods'.
  void write_pods(const LogSources& sources, const Pods::Changes& changes, Time now, events::Sink& sink);

 private:
  static constexpr std::size_t kAnyReplica = static_cast<std::size_t>(-1);
  enum class Writer { service, edge, prometheus, alertmanager };
  // What is counted and sampled together.
  struct Group {
    LogCause cause{};
    Writer writer = Writer::service;
    std::size_t service = 0;  // that it is about; of calls: that makes them
    std::size_t edge = 0;     // of calls of services
    LogSampler sampler;
    std::vector<double> by_replica = {};  // counted, as last seen
    std::vector<double> fresh = {};       // since
    // The line of what none stands for yet, as it will be written if nothing more of it is counted.
    std::optional<events::LogLine> rest = {};
    // How many lines were written in the minute that it is, and in which one the last was that stands for a rest.
    Time minute = Time::min();
    std::size_t lines = 0;
    Time rested = Time::min();
  };
  // A request of which somebody wrote that it failed.
  struct Traced {
    std::string id;
    std::string pod;
    std::string route;
    Time t;
    bool answered = false;  // it was answered with an error; else a call failed that was made for it
    int code = 0;           // of that answer; else with which the request is answered on account of the call
  };
  // A process that accepted connections and was among the load balancer's addresses.
  struct Up {
    std::string name;
    Time from{};
    Time until = Time::max();
    const Release* release = nullptr;  // that it runs; null: the topology's
  };
  struct Scrape {
    std::size_t pod = 0;
    ScrapeFailure failure;
  };
  // Lines of processes that end, or start, in a minute; one stands for those beyond the most.
  struct Processes {
    Time minute = Time::min();
    std::size_t lines = 0;
    std::optional<events::LogLine> rest = {};
  };
  struct ServiceLog {
    RandomStream chance;
    std::vector<double> answered;  // as last seen, by route and slot
    std::vector<double> fresh;     // since
    std::vector<Seen> calls;       // as last seen, by edge
    Duration waited{};             // that any of its calls takes at least to time out
    std::vector<double> misses;    // the same of its caches
    std::vector<double> repeated;
    Seen outside;
    std::array<double, events::kLatencyBuckets> usual{};  // requests by the time that they took, at first
    std::array<float, events::kLatencyBuckets> latency{};
    int minutes = 0;               // that are in `usual`
    std::size_t slow_from = 0;     // bucket from which on an answer is slow
    double slow = 0;               // in the minute that has ended
    QueueState queue_before = {};  // as last seen, and now
    QueueState queue = {};
    std::size_t first_group = 0;
    std::array<Processes, 2> processes = {};  // that end, that start
    std::vector<Traced> failed;               // in this stretch, each until somebody else writes of it
    std::uint64_t language = 0;               // of its program, which says in its own way that it ends
  };
  // What a fault makes of it: the ways to say it, and the codes that are answered because of it.
  struct Explanation {
    std::vector<const LogForm*> forms{};
    std::vector<int> codes{};
    bool writes_only = false;          // of requests that do not write they do not speak
    const Release* release = nullptr;  // of whose processes alone it is; null: of any
  };
  // What a message names beside the fields of its line.
  struct Texts {
    std::string target{};
    std::string took{};
    std::string timeout{};
    std::string version{};
    std::string waiting{};
    std::int64_t port = 0;
    int code = 0;
    std::optional<ScrapeFailure> scrape{};
    bool writes = false;  // its route does
    Duration lasted{};    // what is told of took so long at least
  };
  // Whom a line of a service is about, as far as that tells when it was.
  struct Subject {
    const Up* up = nullptr;                  // null: none was up
    std::size_t replica = kAnyReplica;       // of all: who is outside
    std::optional<std::size_t> answer = {};  // an index into routes and slots
  };
  struct Monitor {
    double scrapes_failed = 0;
    double skewed = 0;
    double gone = 0;
  };

  static LogCause cause_of(int code);  // that is answered
  static CallOutcome outcome_of(LogCause cause);
  void count_answers(const LogSources& sources, std::size_t service, events::Sink& sink);
  void count_calls(const LogSources& sources, std::size_t service, events::Sink& sink);
  void count_outside(const LogSources& sources, std::size_t service, events::Sink& sink);
  void count_lag(const LogSources& sources, std::size_t service, events::Sink& sink);
  void count_monitor(const LogSources& sources, events::Sink& sink);
  void count(const LogSources& sources, Group& group, double amount, events::Sink& sink);

  // The lines that faults give for it, of the last to begin that has any.
  Explanation explain(const Group& group, std::size_t replica) const;
  bool hits(const FaultInjector::Effective& effect, const Group& group, std::size_t replica) const;
  const LogForm* choose(const Group& group, const Explanation& why, const Texts& texts, Time t);
  // Something that lasts so long cannot have begun since the last fault did and be over by the end of this stretch.
  bool early(Duration lasts) const { return begun_ && to_ <= *begun_ + lasts; }
  // How long a call that times out was waited for at least.
  Duration waited_for(const Group& group) const;
  // A line of what was counted in this stretch; nothing: there is nothing to say of it.
  std::optional<events::LogLine> compose(const LogSources& sources, Group& group, const Explanation& why, bool alone);
  static void write_rest(Group& group, bool last, events::Sink& sink);
  Subject tell_of_service(const LogSources& sources, Group& group, const Explanation& why, events::LogLine& line,
                          Texts& texts);
  void tell_of_others(const LogSources& sources, const Group& group, events::LogLine& line, Texts& texts);
  void place_scrape(const LogSources& sources, const Group& group, events::LogLine& line, Texts& texts);
  void write_process(const LogSources& sources, std::size_t pod, LogCause cause, Time now, events::Sink& sink);
  void write_rest_of_processes(Time now, events::Sink& sink);
  void forget_pods();
  void note_nodes(const LogSources& sources, Time now, events::Sink& sink);
  void note_node(const LogSources& sources, const std::string& node, Time noticed, events::Sink& sink);
  void weigh_replicas(const LogSources& sources, Group& group) const;
  double of_replica(const LogSources& sources, const Group& group, std::size_t replica) const;
  std::string pick_target(const LogSources& sources, const Group& group);
  std::size_t pick_replica(const LogSources& sources, Group& group, const Release* release);
  // An index into routes and slots of what was answered.
  std::optional<std::size_t> pick_answer(const LogSources& sources, const Group& group, const Texts& texts);
  double slower_than(const LogSources& sources, std::size_t service, std::size_t answer, double seconds) const;
  std::string route_of_call(const Group& group);
  int code_of_call(const LogSources& sources, const Group& group);
  double pick_slowness(ServiceLog& log) const;
  // Answers of such a time, by bucket, that can have begun since the last fault did.
  double slow_in_bucket(const ServiceLog& log, std::size_t bucket) const;
  void tell_of_queue(const Group& group, events::LogLine& line, Texts& texts) const;
  // When it may have happened that is written of; where a process is given, while that was up.
  struct Stretch {
    Time from, to;
  };
  Stretch stretch_of(const Group& group, const Up* up) const;
  // Of the processes in its slot some were up, of this release where one is given.
  bool was_up(std::size_t pod, const Release* release) const;
  const Release* release_to_blame(const Group& group, const Explanation& why);
  const Up* pick_process(const Group& group, std::size_t pod, std::size_t replica, const Release* release,
                         RandomStream& chance) const;
  // log_times.cc: when.
  std::vector<std::size_t> places_of_call(const Group& group, int code) const;
  std::optional<RateHistory::Counted> counted(const Group& group, const Subject& subject, int code) const;
  std::vector<Spell> spells_of(const Group& group, const Subject& subject, const Texts& texts, Stretch within) const;
  std::vector<bool> idle_replicas(const Group& group, std::size_t replicas) const;
  Time time_of(const Group& group, const Subject& subject, const Texts& texts);
  // The trace and the time of a line, which may be about a request of which somebody wrote before.
  void place(const Group& group, const Subject& subject, bool alone, const Texts& texts, events::LogLine& line);
  RandomStream& chance_of(const Group& group) { return logs_[group.service].chance; }

  const FlowModel* model_;
  std::vector<ServiceLog> logs_;
  std::vector<Group> groups_;
  std::vector<Group> monitor_groups_;
  std::vector<Monitor> monitored_;  // by service, as last seen
  MonitorCounts monitor_{};
  AlertmanagerCounts alertmanager_{};
  std::vector<double> targets_;                 // by pod: what was out of the ordinary of its scrapes, as last seen
  std::vector<double> targets_fresh_;           // since
  std::vector<double> ended_by_themselves_;     // by pod, as last seen
  std::vector<std::uint64_t> scrapes_failed_;   // by pod, as last seen
  std::vector<Scrape> scrapes_;                 // that failed since, and are not written of
  std::vector<std::optional<Time>> node_lost_;  // by pod: since when its node is, of which it was told
  std::vector<std::vector<Up>> up_;             // by pod, in the stretch that is looked at
  Time from_;                                   // of the stretch that is looked at
  Time to_;
  std::optional<Time> first_change_, last_change_;  // in it
  RateHistory history_;
  std::vector<double> slow_rates_;                 // scratch of pass
  std::vector<FaultInjector::Effective> effects_;  // in it
  std::optional<Time> begun_;                      // when the last of these did
};

}  // namespace firedrill::fake_services
