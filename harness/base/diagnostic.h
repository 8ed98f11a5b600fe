// What is wrong with an input, said so that its author can mend it: file, line, column, reason, remedy.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

class SecretPlaces;
class TextIndex;

// How much of a text its messages may show.
enum class Quoting {
  full,
  guarded,  // its place, and no line of it: a file that another file named, or that a link led to, may be any file of
            // the machine until it proves to be what was expected (yaml/form.h)
};

// A text with a name, shared by all the diagnostics and positions that point into it.
class Source {
 public:
  Source(std::string called, std::string content, Quoting shown);
  ~Source();

  const std::string name;  // as the user gave it: a path, or "<expression>"
  const std::string text;
  const Quoting quoting;
  // Where its lines are; made when first asked for, by any thread.
  const TextIndex& index() const;
  // And what of them is not shown.
  const SecretPlaces& secrets() const;

 private:
  struct Found;
  std::unique_ptr<Found> found_;
};
using SourcePtr = std::shared_ptr<const Source>;
SourcePtr make_source(std::string name, std::string text, Quoting quoting = Quoting::full);

// A place in a source. Lines and columns count from 1 (columns in code points); 0 means "the whole file".
struct Position {
  SourcePtr source;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 1;  // of what is wrong, in code points: how many carets
};
// The place of a byte offset (clamped to the text) in a source.
Position position_at(const SourcePtr& source, std::size_t offset, std::size_t length = 1);

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  Position where;
  std::string what;    // the reason; starts in lower case, no full stop
  std::string remedy;  // what to do instead: "did you mean 'latency'?", "expected a duration such as 30s"; may be empty
};

// Everything found wrong, in the order of the file. Never empty when it stands for a failure.
using Diagnostics = std::vector<Diagnostic>;

// "file:line:column: error: what" and below it the line, carets, and the remedy behind "= help: ". Of a guarded source
// the line is left out; what base/text/redact.h takes for a secret is shown as <secret>.
std::string render(const Diagnostic& diagnostic);
std::string render(std::span<const Diagnostic> diagnostics);
bool has_errors(std::span<const Diagnostic> diagnostics);
// Sorts by source name, then line and column, and removes repetitions.
void tidy(Diagnostics& diagnostics);

// The candidate nearest to what was written, if one is near enough to be what was meant; else empty.
std::string nearest(std::string_view written, std::span<const std::string> candidates);
// "did you mean 'x'?" or, with nothing near, "expected one of: a, b, c" (at most twelve are named).
std::string suggest(std::string_view written, std::span<const std::string> candidates);

}  // namespace firedrill
