// The real Prometheus and Alertmanager as they are installed on this machine.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "promql/options.h"

namespace firedrill::monitor {

struct Installed {
  std::string file;
  std::string version;  // "3.5.3"
};

// Why a program is not there, and what makes it be.
struct NotInstalled {
  std::string what;
  std::string remedy;
};

// `given`: its file, as somebody says it; else it is looked for on PATH, Alertmanager by Debian's name, too.
std::expected<Installed, NotInstalled> find_prometheus(const std::optional<std::string>& given);
// Beside that Prometheus, or on PATH.
std::expected<Installed, NotInstalled> find_promtool(const Installed& prometheus);
std::expected<Installed, NotInstalled> find_alertmanager(const std::optional<std::string>& given);

// The semantics that a Prometheus of this version has.
promql::Version semantics_of(const std::string& version);

// "3.5.3" of "prometheus, version 3.5.3+ds1 (branch: …"; nothing if it is not that program that says so.
std::optional<std::string> version_said(std::string_view line, std::string_view program);

}  // namespace firedrill::monitor
