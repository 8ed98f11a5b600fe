// The pages of a drill, a row each: where it stands, what it shows, and what looking at it is evidence of.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "console/pages/view.h"

namespace firedrill::console::pages {

struct PageSpec {
  std::string_view path;  // {} stands for one segment
  std::string_view nav;   // as the list of pages has it; empty: it is reached from others
  std::string (*title)(const View& view) = nullptr;
  // What stands in <main>.
  Html (*body)(const View& view) = nullptr;
  // Lines of the console for what is looked at, separated by line ends; null: nothing of the incident;
  // empty: there was nothing to be seen.
  std::string (*looks)(const View& view) = nullptr;
};

// Those of whoever works the drill.
std::span<const PageSpec> trainee_pages();

// The rows, in the files that make them.
PageSpec overview_page();
PageSpec service_page();
PageSpec alerts_page();
PageSpec alert_page();
PageSpec query_page();
PageSpec logs_page();
PageSpec cluster_page();
PageSpec changes_page();
PageSpec playbooks_page();
PageSpec playbook_page();
PageSpec people_page();
PageSpec steps_page();
PageSpec after_page();
PageSpec progress_page();

struct FoundPage {
  const PageSpec* page = nullptr;  // null: there is none
  std::vector<std::string> segments;
};
FoundPage find_page(std::span<const PageSpec> table, std::string_view path);

}  // namespace firedrill::console::pages
