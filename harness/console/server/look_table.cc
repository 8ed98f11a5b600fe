#include "console/server/look_table.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "console/answer.h"
#include "console/prometheus_api/parameters.h"
#include "console/request/form.h"

namespace firedrill::console {
namespace {

std::string query_line(const Form& form) {
  return "query " + form.value("query");
}

std::string range_line(const Form& form) {
  const auto from = parse_api_time(form.value("start"));
  const auto to = parse_api_time(form.value("end"));
  if (!from || !to || *from == *to) return query_line(form);
  return format("range {} {}", format_duration(*to - *from), form.value("query"));
}

struct LookRow {
  std::string_view path;
  std::string_view line;  // empty: `line_of` makes it
  std::string (*line_of)(const Form& form) = nullptr;
};
constexpr LookRow kLooks[] = {
    {"/api/v1/query", "", query_line},   {"/api/v1/query_range", "", range_line}, {"/api/v1/rules", "rules"},
    {"/api/v1/alerts", "alerts"},        {"/api/v1/targets", "query up"},         {"/api/v2/alerts", "alerts"},
    {"/api/v2/alerts/groups", "alerts"}, {"/api/v2/silences", "silences"},
};

// As one line that the console would take.
std::string shortened(std::string line) {
  line = printable(line);
  if (line.size() > kLongestLine) line.resize(line.find(' '));
  return line;
}

}  // namespace

std::string look_of(const http::Request& request) {
  const auto row = std::ranges::find(kLooks, std::string_view(request.path), &LookRow::path);
  if (row == std::end(kLooks)) return {};
  return shortened(row->line_of == nullptr ? std::string(row->line) : row->line_of(Form::of(request)));
}

}  // namespace firedrill::console
