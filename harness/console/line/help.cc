#include "console/line/help.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "console/line/command_table.h"
#include "console/line/turn.h"

namespace firedrill::console {
namespace {

std::string usage_of(const CommandSpec& spec) {
  return spec.usage.empty() ? std::string(spec.name) : format("{} {}", spec.name, spec.usage);
}

}  // namespace

Answer help() {
  std::string text;
  json::array list;
  for (const std::string_view group : {"look", "act", "tell", "drill"}) {
    std::vector<std::vector<std::string>> rows;
    for (const CommandSpec& spec : command_table()) {
      if (spec.group != group) continue;
      rows.push_back({"  " + usage_of(spec), std::string(spec.doc)});
      list.push_back(told(spec));
    }
    text += format("{}:\n{}", group, columns(rows));
  }
  json::object data;
  data["commands"] = std::move(list);
  return said(std::move(text), std::move(data));
}

}  // namespace firedrill::console
