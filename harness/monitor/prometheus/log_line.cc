#include "monitor/prometheus/log_line.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::monitor {
namespace {

char unescaped(char c) {
  return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

}  // namespace

std::string logged(std::string_view line, std::string_view key) {
  bool inside = false;
  std::size_t word = 0;  // where the word that is being read begins
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && inside) {
      ++i;
    } else if (line[i] == '"') {
      inside = !inside;
    } else if (line[i] == ' ' && !inside) {
      word = i + 1;
    } else if (line[i] == '=' && !inside && line.substr(word, i - word) == key) {
      std::string_view rest = line.substr(i + 1);
      if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find(' ')));
      std::string out;
      for (std::size_t j = 1; j < rest.size() && rest[j] != '"'; ++j) {
        const bool escape = rest[j] == '\\' && j + 1 < rest.size();
        out += escape ? unescaped(rest[++j]) : rest[j];
      }
      return out;
    } else if (line[i] == '=' && !inside) {
      word = i + 1;
    }
  }
  return {};
}

bool is_error(std::string_view line) {
  const std::string level = logged(line, "level");
  return level == "error" || level == "ERROR";
}

bool is_everyday(std::string_view line) {
  const std::string level = logged(line, "level");
  return level == "info" || level == "INFO" || level == "debug" || level == "DEBUG";
}

}  // namespace firedrill::monitor
