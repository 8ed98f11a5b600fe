// The scenario's Alertmanager configuration for a real Alertmanager whose receivers are all firedrill: the same routes,
// groups, inhibitions and templates, and other addresses. Nothing of it leads off this machine, and no secret is in it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "monitor/prometheus/prometheus_files.h"
#include "scenario/notifications/alertmanager.h"

namespace firedrill::monitor {

// What an integration of a receiver sends and where to.
enum class SentAs {
  itself,    // its own requests
  told,      // a webhook beside it, whose body says which alerts of which group it is of
  in_place,  // that webhook alone: the integration's own requests cannot be had
};

// How an integration of the configuration, by its place in Configuration::receivers and in the receiver, is recorded.
// One whose body says all by itself is it alone; the others have a webhook beside them that goes out at the same
// flushes.
struct Redirection {
  std::size_t receiver = 0;
  std::size_t integration = 0;
  bool own = true;      // its own requests come
  bool beside = false;  // and those of a webhook
};
std::vector<Redirection> redirections(const notify::Configuration& configuration);

// Where requests are to go, and what they are to show there for an authorization. An Alertmanager tells whoever asks it
// for its status the addresses of many kinds, and no authorization.
struct ReceivedAt {
  std::function<std::string(const Redirection&, SentAs)> url_of;
  std::string key;
};
// Whether its own requests have an authorization of the real service.
bool is_authorized(const notify::Integration& integration);

// What it waits shrinks as the run passes faster. Template files are looked for beside the configuration.
std::string alertmanager_file(const scenario::AlertmanagerSettings& settings, std::span<const Redirection> redirections,
                              const ReceivedAt& received_at, const RunTimes& times = {});
// The template files, as the configuration above names them.
std::vector<NamedFile> template_files_for(const scenario::AlertmanagerSettings& settings);

}  // namespace firedrill::monitor
