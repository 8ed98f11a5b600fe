#include "console/pages/page_table.h"

#include <array>

#include "console/request/route.h"

namespace firedrill::console::pages {

std::span<const PageSpec> trainee_pages() {
  static const std::array kPages{overview_page(), service_page(), alerts_page(),  alert_page(),     query_page(),
                                 logs_page(),     cluster_page(), changes_page(), playbooks_page(), playbook_page(),
                                 people_page(),   steps_page(),   after_page(),   progress_page()};
  return kPages;
}

FoundPage find_page(std::span<const PageSpec> table, std::string_view path) {
  for (const PageSpec& page : table) {
    if (auto segments = fit_path(page.path, path)) return {&page, *std::move(segments)};
  }
  return {};
}

}  // namespace firedrill::console::pages
