// AlertmanagerConfig resources, as prometheus-operator makes one configuration of them: each becomes a route below the
// root that takes the alerts of its namespace and lets them go on, its receivers and time intervals carry its name, its
// inhibitions hold within its namespace. The root is the operator's own where nobody gives another: a receiver 'null'.
// Secrets are not in the file: where they belong stand made-up texts.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "yaml/document.h"

namespace firedrill::notify {

// Whether a file that begins with this document holds such resources: an AlertmanagerConfig, a list of them, or an
// Alertmanager whose matcher strategy they follow.
bool holds_resources(const yaml::Node& root);

struct ResourceConfiguration {
  std::vector<std::unique_ptr<yaml::Document>> resources;  // to which the nodes' places belong
  std::unique_ptr<yaml::Document> document;                // as an alertmanager.yml
};

// What is said of the document that was made, from diagnostic `first` on, in the resource's words: groupWait, where it
// stands as group_wait.
void tell_in_its_words(const yaml::Node& root, std::size_t first, Diagnostics& diagnostics);

// What the operator would write; all documents of the source are read. Nothing if one is wrong, which is told.
std::optional<ResourceConfiguration> configuration_of_resources(const SourcePtr& source, Diagnostics& diagnostics);

}  // namespace firedrill::notify
