#include "cli/output_file.h"

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

}  // namespace firedrill::cli
