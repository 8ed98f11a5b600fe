#include "cli/output_file.h"

#include <algorithm>

#include "base/output/kept.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/console.h"

namespace firedrill::cli {

output::Hooks output_hooks() {
  return {interrupted, [](const std::filesystem::path& folder) {
            print_err(format("firedrill: another program has {} in use; waiting for it\n", printable(folder.string())));
          }};
}

bool write_though_interrupted() {
  return false;
}

ExitCode tell(const output::Error& error) {
  print_diagnostics(error.diagnostics);
  switch (error.reason) {
    case output::Reason::refused:
      return kBadInput;
    case output::Reason::failed:
      return kEnvironment;
    case output::Reason::interrupted:
      break;
  }
  return kInterrupted;
}

std::optional<KeptElsewhere> keep_elsewhere(std::span<const output::File> files, std::string_view first) {
  const SignalsHeld held;
  const auto say = [](const std::filesystem::path& folder, const std::string& what) {
    const bool in_memory = folder.string().starts_with("/dev/shm/");
    print_err(format("firedrill: {} kept in {}\n      = help: move that to where you want it{}\n", what,
                     printable(folder.string()),
                     in_memory ? "; it is in memory, and gone when the machine stops" : ""));
  };
  if (const auto folder = output::keep_elsewhere(files)) {
    say(*folder, "all of it is");
    return KeptElsewhere{*folder};
  }
  const auto record = std::ranges::find(files, first, &output::File::name);
  if (record != files.end()) {
    if (const auto folder = output::keep_elsewhere({&*record, 1})) {
      say(*folder, format("{} alone is", first));
      return KeptElsewhere{*folder, false};
    }
  }
  print_err("firedrill: nothing of it is kept: $TMPDIR, /tmp, /var/tmp and /dev/shm have no room for it either\n");
  return std::nullopt;
}

ExitCode check_output(const driver::NamedOutput& output, output::NamedFileOptions options) {
  options.hooks = output_hooks();
  const SignalsHeld held;
  if (auto free = driver::check_named_output(output, options); !free) return tell(free.error());
  return kPassed;
}

ExitCode write_output(const driver::NamedOutput& output, output::NamedFileOptions options) {
  // The user has asked for an end before the file is begun: it is what they keep of what they did.
  const bool at_the_end = options.hooks.interrupted == write_though_interrupted;
  options.hooks = output_hooks();
  if (at_the_end) options.hooks.interrupted = write_though_interrupted;
  const SignalsHeld held;
  if (auto written = driver::write_named_output(output, options); !written) return tell(written.error());
  files_are_written();
  return kPassed;
}

ExitCode write_or_keep(const driver::NamedOutput& output, const output::NamedFileOptions& options) {
  const ExitCode wrote = write_output(output, options);
  if (wrote == kPassed || wrote == kInterrupted) return wrote;
  const output::File file(output.path.filename().string(), std::string(output.content));
  (void)keep_elsewhere({&file, 1});
  return wrote;
}

}  // namespace firedrill::cli
