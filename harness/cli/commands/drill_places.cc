#include "cli/commands/drill_places.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/console.h"

namespace firedrill::cli {
namespace {

namespace fs = std::filesystem;

// The same place by one name, whether anything is there yet or not.
fs::path place_of(const fs::path& named) {
  std::error_code error;
  fs::path whole = fs::absolute(named, error);
  if (error) whole = named;
  fs::path straight = fs::weakly_canonical(whole, error);
  if (error) straight = whole.lexically_normal();
  return straight.has_filename() ? straight : straight.parent_path();
}

// Whether it is that place, or one below it.
bool is_within(const fs::path& place, const fs::path& folder) {
  return std::ranges::mismatch(folder, place).in1 == folder.end();
}

bool collide(const fs::path& one, const fs::path& other) {
  return is_within(one, other) || is_within(other, one);
}

// A file that is named by itself, and the folder: it holds others beside its own.
bool stands_in_way(const fs::path& file, const DrillPlaces& places) {
  if (is_within(place_of(places.out), file)) return true;
  return std::ranges::any_of(
      places.names, [&](const std::string& name) { return collide(file, place_of(fs::path(places.out) / name)); });
}

ExitCode refuse(std::string_view option, const std::string& file, std::string_view other_option,
                const std::string& other, std::string_view help) {
  print_err(format("firedrill: error: {} {} stands in the way of {} {}\n      = help: {}\n", option, printable(file),
                   other_option, printable(other), help));
  return kBadInput;
}

}  // namespace

ExitCode check_apart(const DrillPlaces& places) {
  const bool transcript = !places.transcript.empty(), log = !places.log.empty();
  if (transcript && log && collide(place_of(places.transcript), place_of(places.log))) {
    return refuse("--transcript", places.transcript, "--log", places.log, "name another file for one of them");
  }
  if (places.out.empty()) return kPassed;
  if (transcript && stands_in_way(place_of(places.transcript), places)) {
    return refuse("--transcript", places.transcript, "--out", places.out,
                  "name a transcript elsewhere, or none: --out writes one, too, as drill.json");
  }
  if (log && stands_in_way(place_of(places.log), places)) {
    return refuse("--log", places.log, "--out", places.out, "name a file elsewhere for --log");
  }
  return kPassed;
}

}  // namespace firedrill::cli
