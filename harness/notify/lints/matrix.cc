#include "notify/lints/matrix.h"

#include <algorithm>
#include <map>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "template/format/unicode.h"

namespace firedrill::notify {
namespace {

constexpr std::size_t kMostRows = 500;

std::string padded(std::string text, std::size_t width) {
  const std::size_t length = templates::rune_count(text);
  if (length < width) text.append(width - length, ' ');
  return text;
}

// By route, the column of its receiver.
std::vector<std::size_t> columns_of(const Configuration& configuration) {
  std::map<std::string_view, std::size_t> by_name;
  for (const Receiver& receiver : configuration.receivers) by_name.emplace(receiver.name, by_name.size());
  std::vector<std::size_t> columns;
  for (const Route& route : configuration.routes) columns.push_back(by_name.at(route.receiver));
  return columns;
}

// Of each receiver, in the order of the configuration.
std::vector<Truth> told(const Configuration& configuration, std::span<const std::size_t> columns,
                        const AlertShape& alert) {
  std::vector<Truth> by_receiver(configuration.receivers.size(), Truth::no);
  const std::vector<Truth> by_route = takers(configuration.routes, alert);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    by_receiver[columns[i]] = std::max(by_receiver[columns[i]], by_route[i]);
  }
  return by_receiver;
}

}  // namespace

std::string alert_matrix(const Configuration& configuration, std::span<const AlertShape> alerts) {
  if (alerts.empty()) return {};
  std::vector<std::string> names;
  std::size_t width = 5;
  for (const AlertShape& alert : alerts) {
    names.push_back(printable(alert.name));
    const auto severity = alert.value("severity");
    if (severity && !severity->empty()) names.back() += format(" ({})", printable(*severity));
    width = std::max(width, templates::rune_count(names.back()));
  }
  std::string text = padded("alert", width);
  for (const Receiver& receiver : configuration.receivers) text += "  " + printable(receiver.name);
  text += '\n';
  const std::vector<std::size_t> columns = columns_of(configuration);
  for (std::size_t i = 0; i < alerts.size() && i < kMostRows; ++i) {
    std::string line = padded(names[i], width);
    const std::vector<Truth> by_receiver = told(configuration, columns, alerts[i]);
    for (std::size_t column = 0; column < by_receiver.size(); ++column) {
      const std::size_t size = templates::rune_count(printable(configuration.receivers[column].name));
      const std::string mark = by_receiver[column] == Truth::yes ? "x" : by_receiver[column] == Truth::maybe ? "?" : "";
      line += "  " + padded(mark, size);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  const std::size_t left_out = alerts.size() - std::min(alerts.size(), kMostRows);
  if (left_out > 0) text += format("and {} more alert{}\n", left_out, left_out == 1 ? "" : "s");
  return text + "x: told; ?: told if labels that only a running production knows say so\n";
}

}  // namespace firedrill::notify
