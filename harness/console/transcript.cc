#include "console/transcript.h"

#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::console {
namespace {

class Reader {
 public:
  explicit Reader(const SourcePtr& source) : whole_{source, 0, 0} {}

  Result<Transcript> read(const json::value& value) {
    const json::object* file = value.if_object();
    if (file == nullptr || text(*file, "format") != "firedrill-drill") {
      return failure(whole_, "this is no transcript of a drill", "`firedrill drill` writes one with --transcript");
    }
    const auto version = number(*file, "version");
    if (version != 1) {
      return failure(whole_, format("a transcript of version {}, which this firedrill does not read", version),
                     "expected version 1");
    }
    const std::string price = text(*file, "price");
    if (!is_number(*file, "variant") || !is_number(*file, "seed") || number(*file, "variant") < 0 ||
        (price != "real" && price != "per_action")) {
      return failure(whole_, "the transcript's variant, seed or price is none",
                     "whole numbers of 0 or more; price: \"real\" or \"per_action\"");
    }
    Transcript out{.drill = text(*file, "drill"),
                   .variant = number(*file, "variant"),
                   .seed = static_cast<std::uint64_t>(number(*file, "seed")),
                   .price = price == "real" ? Price::real : Price::per_action};
    const json::value* steps = file->if_contains("steps");
    if (out.drill.empty() || steps == nullptr || !steps->is_array() || steps->as_array().size() > kMostSteps) {
      return failure(whole_, "the transcript lacks its drill or its steps", "it is as `firedrill drill` writes it");
    }
    for (const json::value& each : steps->as_array()) {
      const json::object* step = each.if_object();
      const auto after = step == nullptr ? std::nullopt : parse_instant(text(*step, "after"));
      if (!after)
        return failure(whole_, "a step of the transcript lacks its time", "it is as `firedrill drill` writes it");
      out.steps.push_back({.line = text(*step, "line"),
                           .after = *after,
                           .digest = text(*step, "answer_sha256"),
                           .by = text(*step, "by")});
    }
    return out;
  }

 private:
  static std::string text(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  }
  static bool is_number(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && (value->is_uint64() || (value->is_int64() && value->as_int64() >= 0));
  }
  static std::int64_t number(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr) return 0;
    if (value->is_int64()) return value->as_int64();
    return value->is_uint64() ? static_cast<std::int64_t>(value->as_uint64()) : 0;
  }

  Position whole_;
};

}  // namespace

Result<Transcript> read_transcript(const SourcePtr& source) {
  const auto value = read_json(source);
  if (!value) return std::unexpected(value.error());
  return Reader(source).read(*value);
}

std::expected<void, std::string> replay(const Transcript& transcript, Game& game) {
  for (std::size_t i = 0; i < transcript.steps.size(); ++i) {
    const Step& step = transcript.steps[i];
    // A wait without an answer is time that has passed while somebody thought.
    if (!step.by.empty()) {
      game.facilitate(step.line);
    } else if (is_look(step)) {
      game.look(step.line);
    } else if (step.digest.empty()) {
      while (game.session().now() < step.after && !game.over()) game.pass(step.after - game.session().now());
    } else {
      game.take(step.line);
    }
    const std::string& digest = game.log().empty() ? std::string() : game.log().back().digest;
    if (game.session().now() != step.after || digest != step.digest) {
      return std::unexpected(format(
          "something else came of step {}, `{}`: the drill's files are others, or firedrill is", i + 1, step.line));
    }
  }
  return {};
}

}  // namespace firedrill::console
