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

// What the operator would write; all documents of the source are read. Nothing if one is wrong, which is told.
std::optional<ResourceConfiguration> configuration_of_resources(const SourcePtr& source, Diagnostics& diagnostics);

// What is said of a configuration that was made of resources, in their words: groupWait, where it stands as group_wait,
// and 'chat' of the receiver shop/routing/chat.
class ResourceWords {
 public:
  explicit ResourceWords(const ResourceConfiguration& made);
  ~ResourceWords();

  void tell(Diagnostic& diagnostic) const;
  // Of those from `first` on.
  void tell(Diagnostics& diagnostics, std::size_t first) const;

 private:
  struct Known;
  std::unique_ptr<const Known> known_;
};

}  // namespace firedrill::notify
