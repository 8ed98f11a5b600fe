#include "monitor/prometheus/installed.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <compare>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "base/text/format.h"
#include "monitor/prometheus/program.h"

namespace firedrill::monitor {
namespace {

constexpr Duration kPatience = 20s;
constexpr std::string_view kInstall =
    "install both with: sudo apt-get install --no-install-recommends prometheus prometheus-alertmanager";

constexpr std::string_view kInstallPromtool = "it comes with: sudo apt-get install --no-install-recommends prometheus";

struct MinorVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const MinorVersion&) const = default;
};

struct Wanted {
  std::string_view name;    // for people
  std::string_view option;  // that says where it is
  std::string_view says;    // how it calls itself
  std::vector<std::string_view> files;
  MinorVersion oldest;  // with which the real programs were tried
};

// "2.42" of "2.42.0"; 0 for what is not there.
MinorVersion minor_version(std::string_view version) {
  MinorVersion out;
  const char* const end = version.data() + version.size();
  const auto [at, error] = std::from_chars(version.data(), end, out.major);
  if (error == std::errc() && at != end) std::from_chars(at + 1, end, out.minor);
  return out;
}

// Debian 12's, the oldest of the two pairs that the live tests compare with.
constexpr MinorVersion kOldestPrometheus{2, 42};
constexpr MinorVersion kOldestAlertmanager{0, 25};

bool can_be_run(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

std::optional<std::string> on_path(std::span<const std::string_view> names) {
  const char* path = std::getenv("PATH");
  if (path == nullptr) return std::nullopt;
  for (const std::string_view name : names) {
    std::string_view rest = path;
    while (true) {
      const std::size_t end = rest.find(':');
      const std::string_view folder = rest.substr(0, end);
      // What is empty would be the working directory, where a scenario's files may lie.
      if (!folder.empty() && folder.front() == '/') {
        const auto file = std::filesystem::path(folder) / name;
        if (can_be_run(file)) return file.string();
      }
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  return std::nullopt;
}

std::expected<Installed, NotInstalled> find(const Wanted& wanted, const std::optional<std::string>& given) {
  const std::optional<std::string> found = given ? given : on_path(wanted.files);
  if (!found) {
    return std::unexpected(NotInstalled{format("there is no {} on PATH", wanted.name),
                                        format("{}; or say where it is with {} FILE", kInstall, wanted.option)});
  }
  if (!can_be_run(*found)) {
    return std::unexpected(NotInstalled{format("{} is no program that can be run", *found),
                                        format("name the file of {} with {} FILE", wanted.name, wanted.option)});
  }
  const std::string file = std::filesystem::absolute(*found).string();
  auto program = Program::start(file, {"--version"}, {});
  if (!program) return std::unexpected(NotInstalled{format("{}: {}", file, program.error()), std::string(kInstall)});
  const auto fits = [&](std::string_view line) { return version_said(line, wanted.says).has_value(); };
  const auto line = (*program)->wait_for_line(fits, kPatience, [] { return false; });
  if (line) {
    Installed installed{file, *version_said(*line, wanted.says)};
    if (minor_version(installed.version) >= wanted.oldest) return installed;
    return std::unexpected(
        NotInstalled{format("{} is {} {}, and none before {}.{} was ever tried with firedrill", file, wanted.name,
                            installed.version, wanted.oldest.major, wanted.oldest.minor),
                     format("name the file of a later {} with {} FILE", wanted.name, wanted.option)});
  }
  return std::unexpected(NotInstalled{format("{} does not say that it is {}", file, wanted.name),
                                      format("name the file of {} with {} FILE", wanted.name, wanted.option)});
}

// The programs' files, and what promtool makes of the past, lie where TMPDIR says.
std::optional<NotInstalled> no_place_for_files() {
  const char* place = std::getenv("TMPDIR");
  std::error_code error;
  if (place == nullptr || *place == '\0' || std::filesystem::is_directory(place, error)) return std::nullopt;
  return NotInstalled{
      format("TMPDIR is {}, which is no folder: the files of the real programs are to lie there", place),
      "create it, or leave TMPDIR unset for /tmp"};
}

}  // namespace

std::optional<std::string> version_said(std::string_view line, std::string_view program) {
  const std::string begin = format("{}, version ", program);
  if (!line.starts_with(begin)) return std::nullopt;
  const std::string_view rest = line.substr(begin.size());
  const std::size_t end = std::min(rest.find_first_not_of("0123456789."), rest.size());
  if (end == 0) return std::nullopt;
  return std::string(rest.substr(0, end));
}

std::expected<Installed, NotInstalled> find_prometheus(const std::optional<std::string>& given) {
  if (auto nowhere = no_place_for_files()) return std::unexpected(*std::move(nowhere));
  return find({"Prometheus", "--prometheus", "prometheus", {"prometheus"}, kOldestPrometheus}, given);
}

std::expected<Installed, NotInstalled> find_promtool(const Installed& prometheus) {
  constexpr std::string_view kName = "promtool";
  const auto beside = std::filesystem::path(prometheus.file).parent_path() / kName;
  std::optional<std::string> given;
  if (can_be_run(beside)) given = beside.string();
  auto found = find({kName, "--prometheus", kName, {kName}, kOldestPrometheus}, given);
  if (found) return found;
  return std::unexpected(NotInstalled{
      format("{}, beside {} or on PATH: what is before the run is loaded by it", found.error().what, prometheus.file),
      format("{}; or write a `warmup` of ten minutes at most", kInstallPromtool)});
}

std::expected<Installed, NotInstalled> find_alertmanager(const std::optional<std::string>& given) {
  return find({"Alertmanager",
               "--alertmanager",
               "alertmanager",
               {"alertmanager", "prometheus-alertmanager"},
               kOldestAlertmanager},
              given);
}

promql::Version semantics_of(const std::string& version) {
  constexpr int kLastOfOracle = 5;
  const auto [major, minor] = minor_version(version);
  if (major < 3) return promql::Version::v2;
  return major == 3 && minor <= kLastOfOracle ? promql::Version::v3_5 : promql::Version::v3;
}

}  // namespace firedrill::monitor
