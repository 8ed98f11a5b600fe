#include "oncall/playbook/playbook.h"

#include <algorithm>
#include <set>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/utf8.h"
#include "oncall/playbook/markdown.h"
#include "oncall/playbook/sentences.h"

namespace firedrill::oncall {
namespace {

using Kind = MarkdownLine::Kind;

constexpr std::string_view kTitle = "# Playbook:";

struct SectionName {
  std::string_view name;
  std::string_view also;  // another name that it may have
  std::string_view holds;
};
enum Section { symptoms, diagnosis, mitigation, communication, escalation, other };
constexpr std::array kSections{
    SectionName{"Symptoms", "", "what is seen, and `- Alert: NAME`"},
    SectionName{"Diagnosis Steps", "Diagnosis", "what to look at, in order"},
    SectionName{"Mitigation", "Mitigation Steps", "what to do, below `### Immediate (stop bleeding)` first"},
    SectionName{"Communication", "Communications", "`- Internal: …`, `- External: …`, `- Cadence: P0 every 30min`"},
    SectionName{"Escalation", "", "`- If not mitigated in 30min - escalate to secondary`"},
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t`");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t`") - first + 1);
}

// What stands behind "Alert:", "Alerts:"; nothing if the line does not begin so.
std::optional<std::string_view> value_of(std::string_view line, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ':') {
      return line.substr(key.size() + 1);
    }
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(SourcePtr source, std::string name, Diagnostics& diagnostics)
      : source_(std::move(source)), diagnostics_(diagnostics) {
    playbook_.file = source_->name;
    playbook_.name = std::move(name);
  }

  Playbook read() {
    if (!is_readable()) return std::move(playbook_);
    const Markdown markdown = read_markdown(source_->text);
    for (const MarkdownLine& line : markdown.lines) take(line);
    close_section();
    // What follows it is all taken for code.
    if (markdown.open_fence) {
      const Position fence = position_at(source_, *markdown.open_fence, line_length(*markdown.open_fence));
      report(diagnostics_, fence, "the fence is not closed",
             "close the code with a line of as many backticks or tildes");
      playbook_.unread.clear();
      return std::move(playbook_);
    }
    for (std::size_t i = 0; i < kSections.size(); ++i) {
      if (found_[i]) continue;
      report(diagnostics_, playbook_.where, format("the playbook lacks the section '## {}'", kSections[i].name),
             format("add it, with {}", kSections[i].holds));
    }
    return std::move(playbook_);
  }

 private:
  // Its text is text: what is not cannot be shown either.
  bool is_readable() {
    const std::string& text = source_->text;
    const std::size_t bad = first_invalid_utf8(text);
    const std::size_t at = std::min(bad, text.find('\0'));
    if (at == std::string::npos) return true;
    report(diagnostics_, position_at(source_, at),
           at == bad ? format("the byte 0x{:02x} is not valid UTF-8", static_cast<unsigned char>(text[at]))
                     : std::string("the character NUL is not allowed"),
           at == bad ? "save the file as UTF-8" : "remove it");
    return false;
  }

  Position where(const MarkdownLine& line) const {
    return position_at(source_, line.offset, std::max<std::size_t>(1, line_length(line.offset)));
  }

  // Of the rest of the line in the source, in code points.
  std::size_t line_length(std::size_t offset) const {
    const std::size_t end = std::min(source_->text.find('\n', offset), source_->text.size());
    return static_cast<std::size_t>(std::count_if(source_->text.begin() + static_cast<std::ptrdiff_t>(offset),
                                                  source_->text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
                                                    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
                                                  }));
  }

  // The place of a piece of the line's text, as far as the source has it there: a line may be of several.
  Position where(const MarkdownLine& line, const CodeSpan& span) const {
    const std::size_t at = line.offset + span.offset;
    if (at < source_->text.size() && source_->text.compare(at, span.text.size(), span.text) == 0) {
      return position_at(source_, at, span.text.size());
    }
    return where(line);
  }

  void take(const MarkdownLine& line) {
    if (line.kind == Kind::blank) return;
    if (line.kind == Kind::heading && line.level == 1) return take_title(line);
    if (line.kind == Kind::heading && line.level == 2) return begin_section(line);
    ++lines_;
    if (section_ == symptoms) take_symptom(line);
    if (section_ == diagnosis) take_diagnosis(line);
    if (section_ == mitigation) take_mitigation(line);
    if (section_ == communication) take_communication(line);
    if (section_ == escalation) take_escalation(line);
  }

  void take_title(const MarkdownLine& line) {
    if (!playbook_.title.empty()) {
      return report(diagnostics_, where(line), "a second playbook begins in this file",
                    "put it into a file of its own");
    }
    playbook_.where = where(line);
    playbook_.title = trimmed(value_of(line.text, {"Playbook"}).value_or(line.text));
    if (playbook_.title.empty()) {
      report(diagnostics_, playbook_.where, "the playbook has no title",
             "name the type of incident behind `# Playbook:`");
      playbook_.title = playbook_.name;
    }
  }

  void begin_section(const MarkdownLine& line) {
    close_section();
    const auto known = std::ranges::find_if(
        kSections, [&](const SectionName& each) { return line.text == each.name || line.text == each.also; });
    section_ = known == kSections.end() ? other : static_cast<Section>(known - kSections.begin());
    heading_.clear();
    began_ = where(line);
    lines_ = 0;
    if (section_ == other) return warn_of_near(line);
    if (found_[section_]) {
      report(diagnostics_, began_, format("the section '## {}' is there twice", known->name), "put the two together");
    }
    found_[section_] = true;
  }

  // "## Mitigations" is no section of the team's own.
  void warn_of_near(const MarkdownLine& line) {
    std::vector<std::string> names;
    for (const SectionName& each : kSections) names.emplace_back(each.name);
    const std::string near = nearest(line.text, names);
    if (near.empty()) return;
    report(diagnostics_, began_, format("there is no section '## {}'", line.text),
           format("did you mean '## {}'?", near));
    found_[static_cast<std::size_t>(std::ranges::find(names, near) - names.begin())] = true;
  }

  void close_section() {
    if (section_ == other || lines_ > 0 || !found_[section_]) return;
    report(diagnostics_, began_, format("the section '## {}' is empty", kSections[section_].name),
           format("write {}", kSections[section_].holds));
  }

  void unread(const MarkdownLine& line, std::string why) { playbook_.unread.push_back({std::move(why), where(line)}); }

  void take_symptom(const MarkdownLine& line) {
    playbook_.symptoms.push_back({line.text, where(line)});
    const auto value = value_of(line.text, {"Alert", "Alerts"});
    if (!value) return;
    for (const std::string& name : read_alert_names(*value)) {
      const std::size_t at = source_->text.find(name, line.offset);
      const Position place = at == std::string::npos ? where(line) : position_at(source_, at, name.size());
      if (is_alert_name(name)) {
        playbook_.alerts.push_back({name, place});
      } else {
        playbook_.unread.push_back({format("'{}' is no name of an alert", name), place});
      }
    }
  }

  void take_diagnosis(const MarkdownLine& line) {
    if (line.kind != Kind::heading) playbook_.diagnosis.push_back({line.text, where(line)});
    take_commands(line, PlaybookStep::Part::diagnosis);
  }

  void take_mitigation(const MarkdownLine& line) {
    if (line.kind == Kind::heading) {
      heading_ = line.text;
      return;
    }
    if (const auto action = value_of(line.text, {"Action"})) return take_action(line, trimmed(*action));
    take_commands(line, PlaybookStep::Part::mitigation);
  }

  void take_action(const MarkdownLine& line, std::string_view text) {
    const ActionText action = read_action(text);
    if (action.command) {
      add_step(PlaybookStep::Part::mitigation, std::string(text), *action.command, where(line));
    } else if (!action.wrong.empty()) {
      report(diagnostics_, where(line), action.wrong, action.remedy);
    } else if (action.unknown.empty()) {
      report(diagnostics_, where(line), "the action has no name", "write `- Action: shed_load web share=50%`");
    } else {
      report(diagnostics_, where(line), format("there is no action '{}'", action.unknown),
             suggest(action.unknown, remedy_names()));
    }
  }

  // Between fences and on lines of their own, commands stand without backticks.
  void take_commands(const MarkdownLine& line, PlaybookStep::Part part) {
    const bool bare = begins_like_command(line.text);
    if (line.kind == Kind::code || bare) {
      add_command(line, {line.text, 0}, part);
      return;
    }
    for (const CodeSpan& span : code_spans(line.text)) {
      if (begins_like_command(span.text)) add_command(line, span, part);
    }
  }

  void add_command(const MarkdownLine& line, const CodeSpan& span, PlaybookStep::Part part) {
    if (span.text.starts_with('#')) return;
    if (const auto command = read_command(span.text)) {
      add_step(part, span.text, *command, where(line, span));
    } else if (part == PlaybookStep::Part::mitigation) {
      playbook_.unread.push_back({format("what `{}` does is not known", span.text), where(line, span)});
    }
  }

  void add_step(PlaybookStep::Part part, std::string text, Command command, Position at) {
    playbook_.steps.push_back({part, heading_, std::move(text), std::move(command), std::move(at)});
  }

  void take_communication(const MarkdownLine& line) {
    if (const auto internal = value_of(line.text, {"Internal"})) {
      playbook_.internal = trimmed(*internal);
    } else if (const auto external = value_of(line.text, {"External"})) {
      playbook_.external = trimmed(*external);
    } else if (const auto value = value_of(line.text, {"Cadence"})) {
      const Cadence cadence = read_cadence(*value);
      playbook_.cadence = cadence.every;
      for (const std::string& part : cadence.unread) {
        unread(line, format("'{}' says no cadence such as 'P0 every 30min'", part));
      }
    } else if (line.kind == Kind::item) {
      unread(line, "this is neither 'Internal:', 'External:' nor 'Cadence:'");
    }
  }

  void take_escalation(const MarkdownLine& line) {
    if (line.kind != Kind::item) return;
    if (auto sentence = read_escalation(line.text)) {
      playbook_.escalation.push_back({sentence->unmitigated_for, std::move(sentence->condition), sentence->pages,
                                      std::move(sentence->who), where(line)});
    } else {
      unread(line, "this says neither 'If not mitigated in 30min - escalate to TIER' nor 'If … - page TEAM on-call'");
    }
  }

  SourcePtr source_;
  Diagnostics& diagnostics_;
  Playbook playbook_;
  std::array<bool, kSections.size()> found_{};
  Section section_ = other;
  std::string heading_;
  Position began_;
  std::size_t lines_ = 0;  // that are not blank, of the section so far
};

}  // namespace

bool is_playbook(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text.substr(first).starts_with(kTitle);
}

Playbook read_playbook(const SourcePtr& source, std::string name, Diagnostics& diagnostics) {
  return Reader(source, std::move(name), diagnostics).read();
}

}  // namespace firedrill::oncall
