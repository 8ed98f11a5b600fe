// One command of whoever works a drill: what it is given, what it acts on, and what is kept of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/answer.h"
#include "console/drill/drill.h"
#include "console/session.h"

namespace firedrill::console {

// Something that the trainee looked at or did, as evidence.
struct Trace {
  enum class Kind {
    look,    // at something of the incident: `what` is the command
    tell,    // posts, notes
    people,  // acknowledges, escalates, hands over, says how bad it is
    hypothesis,
    act,  // on the world
    hint,
    close,  // says that it is over
  };
  Time at{};
  Kind kind = Kind::look;
  std::string what{};  // the line
};

// What is kept of one line of the drill: a rewind takes it back.
struct Book {
  std::vector<Trace> traces;
  std::vector<Hypothesis> hypotheses;
  std::optional<record::SeverityLevel> declared;
  Time declared_at{};
  std::size_t hints = 0;  // that were given
  int hint_price = 0;
  std::optional<Time> closed_at;  // when the trainee said `finish`
  // The first page that the trainee has acknowledged, by its number.
  struct Acknowledged {
    int page = 0;
    Time at{};
  };
  std::optional<Acknowledged> acknowledged;
  std::optional<Time> called_at;  // when somebody else was first paged by what the trainee did
};

struct Turn {
  Session& session;
  Book& book;
  const Drill& drill;
  std::string_view rest;  // behind the command's name, without blanks around it
};

// The first word of `text`, which is taken off it with the blanks behind it.
std::string_view take_word(std::string_view& text);
std::string_view trimmed(std::string_view text);

Answer said(std::string text, json::object data = {});
Answer refused(const Refusal& refusal);
Answer refused(std::string what, std::string remedy);
// The name that was meant, if one is near; else what lists them all.
std::string nearest_or(std::string_view written, const std::vector<std::string>& names, std::string_view remedy);
Answer answer_of(const Done& done);

// Columns, each as wide as its widest text: lines without blanks at their ends.
std::string columns(const std::vector<std::vector<std::string>>& rows);
// "12.3", "0.52 %", "180 ms": numbers as people read them, and "–" where there is none.
std::string shown_number(double value);
std::string shown_share(const std::optional<double>& share);
std::string shown_seconds(const std::optional<double>& seconds);
json::array json_texts(const std::vector<std::string>& texts);
json::object json_labels(const model::Labels& labels);

}  // namespace firedrill::console
