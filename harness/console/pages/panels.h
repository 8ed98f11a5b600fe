// Panels that more than one page has.
#pragma once

#include <string_view>

#include "console/pages/view.h"

namespace firedrill::console::pages {

// In an easy drill, what is to be done next; above every page of the trainee's.
Html lesson(const View& view);
// What goes on, in a sentence: pages that call, alerts that fire, services that are not well.
Html headline(const View& view);
// Who was paged for what, with what can be done about it.
Html pager(const View& view);
// The name of an alert, which may be broken where it is narrow.
Html words_of(std::string_view name);
// Alerts that are pending, fire, or were over lately.
Html alert_list(const View& view);
// The newest of what has reached the trainee.
Html news_list(const View& view, std::size_t most, std::string_view title = "What has reached you");
// What somebody changed, of a service or of all.
Html change_list(const View& view, std::string_view service, std::size_t most);
Html pod_list(const View& view, std::string_view service);
Html event_list(const View& view, std::string_view service, std::size_t most);
// A line as it was said; of a long one the beginning, and the whole of it when that is opened.
Html said_line(std::string_view line);
Html deed_list(const View& view);
// Whether an alert of this name has a playbook: a link to it.
Html playbook_link(const View& view, const AlertView& alert);

}  // namespace firedrill::console::pages
