// An Alertmanager configuration as plain values: inheritance resolved, defaults filled in, names checked against each
// other. What reads one is config/load.h; nothing in here fails.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "notify/config/value.h"
#include "notify/matcher/matcher.h"
#include "notify/timeinterval/time_interval.h"
#include "notify/version.h"

namespace firedrill::notify {

// What the file says for all; of the rest what integrations inherit is in these already.
struct Global {
  Duration resolve_timeout = 5min;
  Value settings;  // a map of all other keys of `global`
};

// A node of the routing tree. All that a child inherits is resolved (dispatch/route.go); names of time intervals and
// matchers are not inherited.
struct Route {
  std::size_t index = 0;              // in Configuration::routes
  std::optional<std::size_t> parent;  // nothing of the root
  std::size_t position = 0;           // among its parent's children
  std::vector<std::size_t> children;  // in the file's order

  std::string receiver;
  bool group_by_all = false;          // `...`: then group_by is empty
  std::vector<std::string> group_by;  // sorted, each once
  Duration group_wait = 30s;
  Duration group_interval = 5min;
  Duration repeat_interval = 4h;
  bool continues = false;
  Matchers matchers;  // in Alertmanager's order (sort()); deprecated match and match_re among them
  std::vector<std::string> mute_time_intervals;
  std::vector<std::string> active_time_intervals;

  // Alertmanager's Route.Key(): the texts of the matchers from the root on, joined by '/': {}/{team="a"}. Routes may
  // share one. A group's key is it, ':', and the group's labels.
  std::string key;
  // Route.ID(): the parent's ID, the matchers and the position; no two routes have the same.
  std::string id;
  Position where{};
};

// A way by which a receiver sends.
struct Integration {
  std::string kind;       // as Alertmanager's log and metrics name it: "webhook", "email", "pagerduty", "msteamsv2"
  std::size_t index = 0;  // among those of its kind in the receiver: with receiver and kind the key of the log
  bool send_resolved = false;
  Value settings{};  // a map of the fields of its block, inherited ones and defaults filled in
  Position where{};
};

struct Receiver {
  std::string name;
  std::vector<model::Label> labels;       // in the file's order; templates of 0.33's successors read them
  std::vector<Integration> integrations;  // in the order in which Alertmanager builds them: by kind, then by the file
  Position where{};
};

struct InhibitRule {
  std::string name;  // empty if the file gives none
  Matchers source_matchers;
  Matchers target_matchers;
  std::vector<std::string> equal;  // sorted, each once
  Position where{};
};

class ResourceWords;

struct Configuration {
  std::string file;  // as the user named it
  std::shared_ptr<const ResourceWords>
      resources{};  // of one made of Kubernetes resources: what it says is said in theirs
  Version version = kNewest;
  Global global;
  std::vector<Route> routes;  // depth first, parents first, in the file's order; [0] is the root, and there is one
  std::vector<Receiver> receivers;
  std::vector<InhibitRule> inhibit_rules;
  std::vector<NamedTimeInterval> time_intervals;  // `time_intervals` and `mute_time_intervals`
  struct TemplateFiles {
    std::string pattern;  // as written: counts from the configuration's folder
    Position where{};
  };
  std::vector<TemplateFiles> templates;
  struct PartElsewhere {
    std::string key;
    Position where{};
  };
  std::vector<PartElsewhere> elsewhere;  // `tracing`, `event_recorder`: what an Alertmanager does beside notifying

  const Route& root() const { return routes.front(); }
  // Null if there is none of the name.
  const Receiver* receiver(std::string_view name) const;
  const NamedTimeInterval* time_interval(std::string_view name) const;
};

}  // namespace firedrill::notify
