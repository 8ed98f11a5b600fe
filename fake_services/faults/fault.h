// Faults: what a scenario breaks. A fault sets conditions (traffic/conditions.h); whether it took effect is read from
// the traffic, by its witness. Kinds are listed in fault_table.h.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"
#include "fake_services/exporters/states.h"
#include "fake_services/faults/observation.h"
#include "fake_services/logs/log_form.h"
#include "fake_services/pods/pod_conditions.h"
#include "fake_services/telemetry/telemetry_conditions.h"
#include "fake_services/traffic/conditions.h"

namespace firedrill::fake_services {

struct ServiceSpec;

// Which requests of the target are hit; empty: all.
struct FaultMatch {
  std::string method;
  std::string path;  // of the route, exactly; a trailing * matches any rest
  bool empty() const { return method.empty() && path.empty(); }
  bool matches(std::string_view request_method, std::string_view request_path) const;
};

struct Witness {
  bool observed = false;
  Time at{};  // first time at which the symptom stood out, after injection
  // "1842 of 1850 connection attempts to postgres were refused (before: 0 of 5321)"; if nothing was observed, why:
  // "nobody called postgres".
  std::string what;
};

// What somebody or something changed, as a list of changes has it.
struct ChangeForm {
  std::string_view kind;  // deployment, configuration
  std::string what;       // "version 2.4.0 is rolled out"
  std::string_view by;    // what made it: "the deployment pipeline"
};

// A fault that comes and goes by itself while it lasts: on for `on` at the beginning of each `period`.
struct DutyCycle {
  Duration period{};
  Duration on{};
};

// What befalls the bytes of a connection, where there are bytes, and the mean size of the answers that it carries. Of
// each of the others 0 is as it was.
struct Bytes {
  double answer_bytes = 0;
  double bytes_per_second = 0;  // that it carries
  double slice = 0;             // bytes of an answer that come at once
  double slice_pause_s = 0;     // between two slices
  double ends_after = 0;        // bytes of an answer, behind which the connection ends in order
  // The share of answers that are longer than that: sizes spread widely, and are taken for exponential.
  double longer() const;
};

// A kind of fault with its own parameters, immutable. Each hook sets conditions of one sort; all do nothing unless a
// kind says otherwise. `strength` follows the ramp from 0 to 1 and includes the fault's probability.
class Fault {
 public:
  virtual ~Fault() = default;
  // For each request route of each replica targeted and for its probes' requests.
  virtual void apply_to_requests(RequestConditions& conditions, double strength) const;
  // For each kind of request that the replicas targeted send to a dependency.
  virtual void apply_to_calls(RequestConditions& conditions, double strength) const;
  // Where the target names a dependency, for each kind of request to it: by default what both of the above do.
  virtual void apply_to_link(RequestConditions& conditions, double strength) const;
  // For each dependency of each replica targeted: the one that the target names, or all of them.
  virtual void apply_to_dependency(DependencyConditions& conditions, double strength) const;
  // For each replica targeted, and for its pod.
  virtual void apply_to_replica(ReplicaConditions& conditions, double strength) const;
  virtual void apply_to_pod(PodConditions& conditions, double strength) const;
  // For each service of which a replica is targeted, as a whole.
  virtual void apply_to_service(ServiceConditions& conditions, double strength) const;
  // For the scrapes of each replica targeted.
  virtual void apply_to_scrape(ScrapeConditions& conditions, double strength) const;
  // What it does to the bytes of connections, where these are real; what comes of that is what apply_to_requests sets.
  // Nothing: they go on as they come.
  virtual std::optional<Bytes> bytes() const;
  // The metric that it makes its targets expose otherwise than their processes do; lives as long as the fault. Null:
  // none.
  virtual const ForgedMetric* forges() const;
  // Once, whatever the target.
  virtual void apply_to_monitor(MonitorConditions& conditions, double strength) const;
  // The level of trouble that it raises, of the nodes of the replicas targeted, of their service or of the cluster,
  // by what the state is of; nothing: none.
  virtual std::optional<StateChange> state() const;
  // Nothing: it is on all the time.
  virtual std::optional<DutyCycle> duty_cycle() const;
  // Its duty cycle takes the replicas of a service by turns, spread over the period, and not all at once.
  virtual bool by_turns() const;
  // What it does is done in an instant, and shows afterwards.
  virtual bool momentary() const;
  // What it does shows only after it was done, perhaps when it has ended: momentary ones, unless a kind says otherwise.
  virtual bool shows_afterwards() const;
  // What it does shows in requests that their callers give up, each when it has been waited for: those under way at
  // its end are its own, and none that begins later.
  virtual bool shows_in_timeouts() const;
  // What it did is over, given what is seen after its end; a kind whose effects outlast it by their nature has
  // recovered only then. All others: at its end.
  virtual bool over(const Observation& now) const;
  // How long after its beginning something changes by itself that the conditions say; nothing: never.
  virtual std::optional<Duration> turns_after() const;
  // Of FaultKind::lines, which this one's parameters make it write: all of them, unless a kind says otherwise.
  virtual bool writes(const LogForm& line) const;
  // The change that this fault is, as those see it who did not mean it to be one; `ends`: that which takes it back.
  // Nothing: it is none.
  virtual std::optional<ChangeForm> change(bool ends) const;
  // The symptom in words if it stands out in `during` against `before`; nothing if it does not. `target` is the name to
  // use.
  virtual std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                             std::string_view target) const = 0;
  // Where that gave nothing: what was measured instead, and why it proves nothing (unseen.h).
  virtual std::string unseen(const Observation& before, const Observation& during, std::string_view target) const = 0;
};

// What a kind may be aimed at: a service as a whole, its connections to one dependency, a zone, or the monitor (which
// takes no target).
enum class Aim : unsigned { service = 1, dependency = 2, zone = 4, monitor = 8 };
struct Aims {
  unsigned bits = 0;
  constexpr Aims(Aim aim) : bits(static_cast<unsigned>(aim)) {}
  constexpr bool has(Aim aim) const { return (bits & static_cast<unsigned>(aim)) != 0; }
  constexpr bool operator==(const Aims&) const = default;
};
constexpr Aims operator|(Aims a, Aims b) {
  a.bits |= b.bits;
  return a;
}
inline constexpr Aims kAnyTraffic = Aims(Aim::service) | Aim::dependency | Aim::zone;

// From where the requests in an Observation are counted: by the callers of the target (where it names a dependency: by
// the target, as that one's caller), or always on the connections of the target to its dependencies.
enum class View { callers, calls };

// Why a fault makes no sense at a service, and what would be right; nothing if it does.
struct Misfit {
  std::string what;
  std::string remedy;
};

// A field, what is wrong with it, and what would be right.
struct FieldProblem {
  std::string_view field;
  std::string what;
  std::string remedy;
};

// Of kinds that change the traffic from outside.
std::optional<Misfit> needs_traffic_from_outside(const ServiceSpec& service, const TargetSpec& target);
// Of kinds that change what it calls.
std::optional<Misfit> needs_dependencies(const ServiceSpec& service, const TargetSpec& target);
// Of kinds that change a disk.
std::optional<Misfit> needs_disk(const ServiceSpec& service, const TargetSpec& target);
// Of kinds that change processes and their containers.
std::optional<Misfit> needs_pods(const ServiceSpec& service, const TargetSpec& target);

// What a fault hits, for people: "postgres", "zone eu1-a", "the monitor".
std::string target_name(const TargetSpec& target);

struct FaultKind {
  std::string_view name;
  std::string_view summary;           // one line
  std::string_view doc;               // a paragraph: what it does, what shows in metrics and probes, its witness
  std::span<const FieldSpec> fields;  // its own, beside the common ones
  bool per_request = true;            // `match` makes sense
  bool per_connection = false;        // it is on connections, and may hit single ones as a whole: `per` makes sense
  bool graded = true;                 // it may be there in part: `probability` and `every_n` make sense
  bool of_replicas = true;            // else it hits a service as a whole, and `mode` makes no sense
  Aims aims = kAnyTraffic;
  bool alertmanager = false;    // it hits an Alertmanager, or whom that tells: the scenario must have one
  bool telemetry = false;       // it hits what is told of services, which are as healthy as before
  bool changes_labels = false;  // what is stored of the target has labels of other values than its own
  View view = View::callers;
  bool writes_only = false;    // of the requests those are hit that write: all but GET and HEAD
  bool reaches_probes = true;  // what hits requests hits those of kubelets, too (replies only where `match` names them)
  // What it does to the target is to make it ask more of the services that it calls: their trouble is its effect, too.
  bool loads_callees = false;
  // What is written because of it, beside what is written anyway: by the target or those who call it, of what is
  // counted there. No line names the kind. Where several are of one cause, any of them.
  std::span<const LogForm> lines{};
  std::string_view no_lines{};  // where there are none: why not, as a sentence
  std::shared_ptr<const Fault> (*make)(const Fields& fields) = nullptr;
  // What its own fields say together that they cannot. Null: nothing.
  std::optional<FieldProblem> (*check)(const Fields& fields) = nullptr;
  // What the kind needs of a service that it hits (a cache, a disk, traffic from outside); of a zone, one service that
  // fits is enough. Null: nothing.
  std::optional<Misfit> (*misfit)(const ServiceSpec& service, const TargetSpec& target) = nullptr;
  // Whether it can raise a state (exporters/states.h). Null: none.
  bool (*states)(std::size_t state) = nullptr;
};

// Which of the requests, in order, beside those that `match` chooses.
struct FaultPattern {
  double share = 1;  // every nth: 1/n of them, since the simulation knows rates and no single requests
  double first = 0;  // over when it has hit so many, over all replicas; 0: no matter how many
  std::optional<DutyCycle> duty_cycle;  // on and off in turns
};

// A fault of a scenario.
struct FaultSpec {
  std::string id;
  const FaultKind* kind = nullptr;  // of fault_table()
  TargetSpec target;
  Duration at{};                     // since the end of the warm-up
  std::optional<Duration> duration;  // nothing: to the end of the run
  Duration ramp{};                   // strength rises linearly over it
  double probability = 1;            // share of requests, connections or scrapes hit
  bool per_connection = false;       // connections are drawn for, each once with all that goes over it
  FaultMatch match;
  FaultPattern pattern{};
  std::shared_ptr<const Fault> behaviour;
  // The actions that remove its cause, by name; empty: those whose rows name its kind (actions/action.h).
  std::vector<std::string> cured_by{};

  // It hits some connections and spares others. Where it hits all, whether requests or connections are drawn for is
  // one.
  bool parts_connections() const {
    return per_connection && (probability < 1 || pattern.share < 1 || ramp > Duration(0));
  }
};

// How a fault has fared so far.
struct FaultState {
  std::string id;
  Time injected{};
  std::optional<Time> ended;  // and what it did was over (Fault::over)
  Witness witness;
  std::vector<std::string> pods;  // those that it hit, also where one took another's place
};

}  // namespace firedrill::fake_services
