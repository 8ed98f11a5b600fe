// Pods and the cluster's events; changes.
#include "console/pages/page_table.h"
#include "console/pages/panels.h"

namespace firedrill::console::pages {
namespace {

constexpr std::size_t kMostEvents = 100;
constexpr std::size_t kMostChanges = 200;

std::string cluster_title(const View& view) {
  const std::string service = view.form.value("service");
  return service.empty() ? "Pods and events" : format("Pods and events of {}", service);
}

Html cluster_body(const View& view) {
  const std::string service = view.form.value("service");
  const Html all = service.empty() ? Html() : html(R"(<a href="{}">of all services</a>)", view.to("/cluster"));
  return panel("pods", "Pods", pod_list(view, service), all) +
         panel("events", "Events of the cluster", event_list(view, service, kMostEvents));
}

std::string cluster_looks(const View& view) {
  const std::string service = view.form.value("service");
  const bool known = view.session().scenario().topology.find(service) != nullptr;
  if (service.empty()) return "pods\nevents";
  return known ? format("pods {}\nevents {}", service, service) : std::string();
}

std::string changes_title(const View& /*view*/) {
  return "Changes";
}

Html changes_body(const View& view) {
  return panel("changes", "What somebody or something has changed", change_list(view, "", kMostChanges));
}

std::string changes_looks(const View& /*view*/) {
  return "changes";
}

}  // namespace

PageSpec cluster_page() {
  return {.path = "/cluster", .nav = "Pods", .title = cluster_title, .body = cluster_body, .looks = cluster_looks};
}
PageSpec changes_page() {
  return {.path = "/changes", .nav = "Changes", .title = changes_title, .body = changes_body, .looks = changes_looks};
}

}  // namespace firedrill::console::pages
