#include "console/drill/drill_yaml.h"

#include <algorithm>
#include <array>

#include "base/report.h"
#include "base/text/format.h"
#include "console/drill/cause_table.h"
#include "console/line/command_table.h"
#include "console/line/turn.h"
#include "scenario/schema.h"

namespace firedrill::console {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::DecodedBlock;
using yaml::Node;
using yaml::Shape;
using enum FieldType;

constexpr std::array<std::string_view, 3> kDifficulties{"easy", "medium", "hard"};
constexpr double kLongest = 366.0 * 86400;

constexpr FieldSpec kDrill[] = {
    {.name = "version", .type = integer, .required = true, .doc = "version of the file's form, 1", .min = 1, .max = 1},
    {.name = "drill",
     .type = text,
     .required = true,
     .doc = "its code name, which says nothing of what is wrong: amber-heron"},
    {.name = "difficulty", .type = text, .required = true, .doc = "how hard it is", .choices = kDifficulties},
    {.name = "trains", .type = text, .required = true, .doc = "what it trains; everybody reads it before"},
    {.name = "aim", .type = text, .required = true, .doc = "what is to be learned; it is told afterwards"},
    {.name = "lasts",
     .type = duration,
     .doc = "how long the drill is, since the end of the warm-up; without it as long as the scenario",
     .min = 60,
     .max = kLongest},
    {.name = "quiet",
     .type = boolean,
     .doc = "nothing is wrong, though somebody may be paged: what is right is to leave it alone",
     .default_text = "false"},
    {.name = "questions", .type = texts, .doc = "of the debriefing"},
    {.name = "next", .type = texts, .doc = "what to practise next"},
};
constexpr FieldSpec kCause[] = {
    {.name = "service", .type = text, .doc = "where the cause is; of a third party its name, too"},
    {.name = "kind", .type = text, .required = true, .doc = "of which kind; `firedrill drill --kinds` lists them"},
};
constexpr FieldSpec kHint[] = {
    {.name = "text", .type = text, .required = true, .doc = "the hint"},
    {.name = "price", .type = integer, .required = true, .doc = "points that it costs", .min = 0, .max = 100},
};
constexpr FieldSpec kBest[] = {
    {.name = "after", .type = duration, .required = true, .doc = "how long after the first page", .max = kLongest},
    {.name = "do", .type = text, .required = true, .doc = "a line of the console: ack 1"},
};
constexpr FieldSpec kVariant[] = {
    {.name = "path",
     .type = text,
     .required = true,
     .doc = "of a plain value in scenario.yaml, keys and ids separated by dots: faults.db-refuses.at"},
    {.name = "choices", .type = texts, .required = true, .doc = "one of these takes its place"},
};

std::span<const FieldSpec> drill_fields() {
  return kDrill;
}
std::span<const FieldSpec> cause_fields() {
  return kCause;
}
std::span<const FieldSpec> hint_fields() {
  return kHint;
}
std::span<const FieldSpec> best_fields() {
  return kBest;
}
std::span<const FieldSpec> variant_fields() {
  return kVariant;
}

constexpr Block kCauseBlock{"cause", "what is wrong; any of several is right", cause_fields};
constexpr Block kHintBlock{"hint", "a hint, given when it is asked for, in their order", hint_fields};
constexpr Block kBestBlock{"step", "a step of the best response that is known", best_fields};
constexpr Block kVariantBlock{"variant", "a value that each variant draws anew", variant_fields};
constexpr ChildBlock kChildren[] = {
    {"causes", Shape::list, &kCauseBlock, false, "what is wrong: any of these is a right hypothesis"},
    {"hints", Shape::list, &kHintBlock, false, "in their order"},
    {"best", Shape::list, &kBestBlock, false, "the best response that is known"},
    {"variants", Shape::list, &kVariantBlock, false, "what variants draw anew"},
};
constexpr std::string_view kElsewhere[] = {"names"};
constexpr std::string_view kKeys[] = {"drill", "difficulty", "trains"};

// A code name: words of small letters and digits with dashes between them.
bool is_code_name(std::string_view name) {
  const bool letters =
      std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return letters && !name.empty() && name.size() <= 60 && !name.starts_with('-') && !name.ends_with('-');
}

// It takes the place of a name in files of any form, so it must not be able to mean something there.
bool is_name(std::string_view name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  return plain && !name.empty() && name.size() <= 60;
}

void read_names(const Node& root, Drill& drill, Diagnostics& diagnostics) {
  const Node* names = root.find("names");
  if (names == nullptr || !yaml::expect_mapping(*names, "'names'", diagnostics)) return;
  if (!yaml::expect_few(*names, "'names'", diagnostics)) return;
  for (const Node::Entry& entry : names->entries) {
    const Position where = entry.key_node != nullptr ? entry.key_node->where() : entry.value->where();
    OtherNames& read = drill.names[entry.key];
    read.where = where;
    if (!is_name(entry.key)) {
      report(diagnostics, where, format("'{}' is no name that can be replaced", entry.key),
             "a word of the scenario's files, of letters, digits, - and _: checkout");
    }
    if (!yaml::expect_sequence(*entry.value, format("'{}'", entry.key), diagnostics)) continue;
    if (!yaml::expect_few(*entry.value, format("'{}'", entry.key), diagnostics)) continue;
    for (const Node* item : entry.value->items) {
      if (item->is_scalar() && is_name(item->text)) {
        read.others.push_back(item->text);
      } else {
        report(diagnostics, item->where(),
               format("expected another name for '{}', found {}", entry.key, item->describe()),
               "words of letters, digits, - and _: [orders, basket]");
      }
    }
    if (entry.value->items.empty()) {
      report(diagnostics, where, format("there is no other name for '{}'", entry.key),
             "list some: [orders, basket]; or take the name out");
    }
  }
}

void read_causes(const DecodedBlock& block, Drill& drill, Diagnostics& diagnostics) {
  for (const DecodedBlock& each : block.all("causes")) {
    const std::string kind = each.fields.text("kind");
    if (find_cause(kind) == nullptr && each.fields.has("kind")) {
      report(diagnostics, each.fields.where("kind"), format("there is no kind of cause '{}'", kind),
             suggest(kind, cause_names()));
    }
    if (kind == kNothingWrong) {
      report(diagnostics, each.fields.where("kind"), "'nothing' is no cause",
             "`quiet: true` says that nothing is wrong");
    }
    const bool whole = each.fields.has("service");
    drill.causes.push_back({each.fields.text("service"), kind, whole ? each.fields.where("service") : each.where});
  }
}

void read_draws(const DecodedBlock& block, Drill& drill, Diagnostics& diagnostics) {
  for (const DecodedBlock& each : block.all("variants")) {
    Draw draw{each.fields.text("path"), each.fields.texts("choices"), each.where};
    if (each.fields.has("choices") && draw.choices.empty()) {
      report(diagnostics, each.fields.where("choices"), format("there is nothing to choose from for '{}'", draw.path),
             "list some values: [7m, 10m, 14m]; or take the variant out");
    }
    if (each.fields.has("path") && std::ranges::find(drill.draws, draw.path, &Draw::path) != drill.draws.end()) {
      report(diagnostics, each.fields.where("path"), format("'{}' is drawn already", draw.path),
             "put all its choices into one variant");
    }
    drill.draws.push_back(std::move(draw));
  }
}

// The lines of the best response, as far as they can be understood without the scenario.
void read_best(const DecodedBlock& block, Drill& drill, Diagnostics& diagnostics) {
  Duration last{};
  for (const DecodedBlock& each : block.all("best")) {
    if (each.fields.has("after") && each.fields.duration("after") < last) {
      report(diagnostics, each.fields.where("after"), "this step is to be taken before one above it",
             "sort them by `after`");
    }
    last = std::max(last, each.fields.duration("after"));
    BestStep step{each.fields.duration("after"), each.fields.text("do"), each.where};
    if (each.fields.has("do")) step.where = each.fields.where("do");
    const ReadLine line = read_line(step.line);
    if (each.fields.has("do") && line.spec == nullptr) {
      report(diagnostics, step.where, format("there is no command '{}'", line.word),
             suggest(line.word, command_names()));
    } else if (line.spec != nullptr && line.spec->name == "rewind") {
      report(diagnostics, step.where, "the best response takes nothing back", "leave out what is taken back");
    }
    drill.best.push_back(std::move(step));
  }
}

void check(const Drill& drill, const Fields& fields, Diagnostics& diagnostics) {
  if (fields.has("drill") && !is_code_name(drill.name)) {
    report(diagnostics, fields.where("drill"), format("'{}' is no code name", drill.name),
           "small letters, digits and dashes: amber-heron");
  }
  if (!drill.quiet && drill.causes.empty()) {
    report(diagnostics, drill.where, "the drill does not say what is wrong",
           "add `causes: [{service: checkout, kind: configuration}]`, or `quiet: true` where nothing is");
  }
  if (drill.quiet && !drill.causes.empty()) {
    report(diagnostics, fields.where("quiet"), "nothing is wrong, and a cause is said",
           "keep one of `quiet` and `causes`");
  }
  for (const std::string_view field : {"trains", "aim"}) {
    if (fields.has(field) && trimmed(fields.text(field)).empty()) {
      report(diagnostics, fields.where(field), format("'{}' says nothing", field),
             "a sentence for who works the drill");
    }
  }
}

}  // namespace

constinit const yaml::FileForm kDrillForm = {"drill", kKeys, "expected `drill:`, `difficulty:` and `trains:`"};
constinit const yaml::Block kDrillBlock = {
    "drill", "a scenario that somebody works", drill_fields, kChildren, yaml::Nulls::strict, {}, kElsewhere};

json::value drill_schema() {
  json::value schema = scenario::block_file_schema("firedrill drill", kDrillBlock);
  json::object texts{{"type", "array"}, {"items", json::object{{"type", "string"}}}};
  schema.as_object()["properties"].as_object()["names"] = json::object{
      {"type", "object"},
      {"description", "by a name in the scenario's files, as a word: others for it, of which each variant draws one"},
      {"additionalProperties", std::move(texts)}};
  return schema;
}

Drill decode_drill(const yaml::Document& document, Diagnostics& diagnostics) {
  const Node& root = document.root();
  Drill drill{.where = {document.source(), 0, 0}};
  if (!yaml::expect_mapping(root, "the drill", diagnostics)) return drill;
  const DecodedBlock block = yaml::decode_block(root, kDrillBlock, "the drill", diagnostics);
  const Fields& fields = block.fields;
  drill.name = fields.text("drill");
  if (fields.has("drill")) drill.where = fields.where("drill");
  drill.difficulty = fields.text("difficulty");
  drill.trains = fields.text("trains");
  drill.aim = fields.text("aim");
  if (fields.has("lasts")) {
    drill.lasts = fields.duration("lasts");
    drill.where_lasts = fields.where("lasts");
  }
  drill.quiet = fields.boolean("quiet");
  drill.questions = fields.texts("questions");
  drill.next = fields.texts("next");
  read_causes(block, drill, diagnostics);
  for (const DecodedBlock& each : block.all("hints")) {
    drill.hints.push_back({each.fields.text("text"), static_cast<int>(each.fields.integer("price"))});
  }
  read_best(block, drill, diagnostics);
  read_draws(block, drill, diagnostics);
  read_names(root, drill, diagnostics);
  check(drill, fields, diagnostics);
  return drill;
}

Result<Drill> read_drill(const SourcePtr& source) {
  Diagnostics diagnostics;
  const auto document = yaml::parse_as(kDrillForm, source, yaml::Dialect::strict, diagnostics);
  if (document == nullptr) return failure(std::move(diagnostics));
  Drill drill = decode_drill(*document, diagnostics);
  if (has_errors(diagnostics)) return failure(std::move(diagnostics));
  return drill;
}

}  // namespace firedrill::console
