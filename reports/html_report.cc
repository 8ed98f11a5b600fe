// The game-day report as one page: no script, no request to anywhere, readable without its style sheet and on paper.
#include "base/text/format.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/format.h"
#include "reports/html/sections.h"
#include "reports/words.h"

namespace firedrill::reports::renderers {
namespace {

// Links to the sections that are there.
std::string contents(const std::string& body) {
  constexpr std::pair<const char*, const char*> kSections[] = {{"score", "Score"},
                                                               {"severity", "Severity"},
                                                               {"impact", "Impact"},
                                                               {"times", "Times"},
                                                               {"course", "As published"},
                                                               {"timeline", "Timeline"},
                                                               {"logs", "Logs and changes"},
                                                               {"alerts", "Alerts"},
                                                               {"notifications", "Notifications"},
                                                               {"people", "People"},
                                                               {"communication", "Communication"},
                                                               {"sight", "What alerts saw"},
                                                               {"signals", "Signals"},
                                                               {"budgets", "Budgets"},
                                                               {"probes", "Probes"},
                                                               {"expectations", "Expectations"},
                                                               {"metrics", "Key metrics"},
                                                               {"queries", "Queries"},
                                                               {"rules", "Rules"},
                                                               {"faults", "Faults"},
                                                               {"reproduce", "Run it again"}};
  std::string links;
  for (const auto& [id, title] : kSections) {
    if (body.find(format("<section id=\"{}\"", id)) != std::string::npos)
      links += format("<a href=\"#{}\">{}</a> ", id, title);
  }
  return "<nav aria-label=\"Sections\">" + links + "</nav>";
}

std::string render(const record::Record& record, const tsdb::Store& series) {
  std::string body = html::score(record) + html::severity(record) + html::impact(record) + html::times(record) +
                     html::course(record) + html::timeline(record) + html::logs(record) + html::alerts(record) +
                     html::notifications(record) + html::people(record) + html::communication(record) +
                     html::alert_charts(record, series) + html::signals(record, series) + html::budgets(record) +
                     html::probes(record) + html::expectations(record) + html::key_metrics(record) +
                     html::queries(record) + html::rules(record) + html::faults(record) + html::reproduce(record);
  return format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n"
      "<title>{} {}: {}</title>\n<style>\n{}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the "
      "report</a>\n{}\n"
      "<main id=\"main\">\n{}\n{}\n{}</main>\n<footer>firedrill {}</footer>\n</body>\n</html>\n",
      verdict_sign(record.verdict), escape_markup(record.scenario), verdict_word(record.verdict), html::style(),
      html::banner(record), html::verdict(record), contents(body), body, escape_markup(record.firedrill));
}

}  // namespace

Format html() {
  return {
      .name = "html",
      .file_name = "report.html",
      .doc =
          "The game-day report as one page without scripts or requests to anywhere: verdict, severity, impact, times, "
          "timeline, alerts and what each of them saw against its threshold, golden signals, error budgets and burn "
          "rates, replicas and their probes, expectations, health of the rules, and how to run it again; each chart "
          "with the "
          "faults shaded and a table behind it.",
      .render = render};
}

}  // namespace firedrill::reports::renderers
