#include "template/format/go_format.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/maths.h"
#include "base/text/format.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"
#include "template/values/go_time.h"

namespace firedrill::templates {
namespace {

// Texts that get longer end there: the templates that make them are refused (Bounds::output is less).
constexpr std::size_t kMaxText = std::size_t{64} << 20;
constexpr int kMaxWidth = 1'000'000;  // Go's bound for widths and precisions

struct Flags {
  std::optional<int> width;
  std::optional<int> precision;
  bool minus = false;
  bool plus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  bool plus_v = false;
  bool sharp_v = false;
};

// What the type's method String makes of it, if there is one: fmt prints that where a text will do.
std::optional<std::string> stringer(const Value& value) {
  if (is_nil(value)) return std::nullopt;
  const Value object = value.type->string == nullptr ? indirect(value) : value;
  if (object.type->string == nullptr) return std::nullopt;
  return object.type->string(object);
}

class Printer {
 public:
  void sprintf(std::string_view text, std::span<const Value> arguments);
  void print(const Value& argument, char32_t verb) { print_argument(argument, verb, 0); }
  std::string out;

 private:
  void print_argument(const Value& value, char32_t verb, int depth);
  void print_map(const Value& map, char32_t verb, int depth);
  void print_list(const Value& list, char32_t verb, int depth);
  void print_struct(const Value& value, char32_t verb, int depth);
  void print_time(const Instant& time, char32_t verb);
  void print_pointer(const Value& value, char32_t verb, int depth);
  void bad_verb(const Value& value, char32_t verb, int depth);

  void pad(std::string_view text);
  void pad_with(std::string_view text, char fill);
  void string(std::string_view text, char32_t verb, const Value& value, int depth);
  void hex(std::string_view bytes, bool upper);
  void quoted(std::string_view text);
  void integer(std::uint64_t magnitude, bool negative, int base, char32_t verb, bool upper);
  void integer_verb(const Value& value, char32_t verb, int depth);
  void floating(const Value& value, char32_t verb, int depth);
  void padded_float(std::string number);

  // Of sprintf.
  struct Scan {
    std::string_view text;
    std::span<const Value> arguments;
    std::size_t at = 0;
    std::size_t next = 0;  // argument
    bool reordered = false;
    bool good_index = true;
    bool after_index = false;
  };
  void directive(Scan& scan);
  void read_flags(Scan& scan);
  void read_index(Scan& scan);
  std::optional<int> read_number(Scan& scan);
  std::optional<int> read_star(Scan& scan);
  void read_width_and_precision(Scan& scan);

  Flags flags_;
};

void Printer::pad_with(std::string_view text, char fill) {
  const auto width = static_cast<std::size_t>(flags_.width.value_or(0));
  const std::size_t length = rune_count(text);
  const std::size_t missing = width > length ? width - length : 0;
  if (!flags_.minus) out.append(missing, fill);
  out += text;
  if (flags_.minus) out.append(missing, ' ');
}

void Printer::pad(std::string_view text) {
  pad_with(text, flags_.zero && !flags_.minus ? '0' : ' ');
}

void Printer::hex(std::string_view bytes, bool upper) {
  if (flags_.precision) bytes = bytes.substr(0, static_cast<std::size_t>(std::max(0, *flags_.precision)));
  std::string text;
  const std::string_view prefix = upper ? "0X" : "0x";
  for (const char c : bytes) {
    const bool first = text.empty();
    if (!first && flags_.space) text += ' ';
    if (flags_.sharp && (first || flags_.space)) text += prefix;
    const auto byte = static_cast<unsigned char>(c);
    text += upper ? format("{:02X}", byte) : format("{:02x}", byte);
  }
  pad(text);
}

void Printer::quoted(std::string_view text) {
  const bool backquotable =
      text.find_first_of("`\x7f") == std::string_view::npos &&
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\t'; });
  if (flags_.sharp && backquotable) return pad("`" + std::string(text) + "`");
  pad(go_quote(text, flags_.plus));
}

void Printer::string(std::string_view text, char32_t verb, const Value& value, int depth) {
  const std::string_view cut = flags_.precision ? first_runes(text, static_cast<std::size_t>(*flags_.precision)) : text;
  switch (verb) {
    case 'v':
      return flags_.sharp_v ? pad(go_quote(text)) : pad(cut);
    case 's':
      return pad(cut);
    case 'x':
      return hex(text, false);
    case 'X':
      return hex(text, true);
    case 'q':
      return quoted(cut);
    default:
      bad_verb(value, verb, depth);
  }
}

void Printer::integer(std::uint64_t magnitude, bool negative, int base, char32_t verb, bool upper) {
  char buffer[72];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude, base).ptr;
  std::string digits(buffer, end);
  if (upper)
    std::ranges::transform(digits, digits.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  std::size_t least = 0;
  if (flags_.precision) {
    least = static_cast<std::size_t>(*flags_.precision);
    if (least == 0 && magnitude == 0) return pad_with("", ' ');
  } else if (flags_.zero && !flags_.minus && flags_.width) {
    least = static_cast<std::size_t>(*flags_.width);
    if (least > 0 && (negative || flags_.plus || flags_.space)) --least;
  }
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (flags_.sharp && base == 2) digits.insert(0, "0b");
  if (flags_.sharp && base == 8 && digits[0] != '0') digits.insert(0, "0");
  if (flags_.sharp && base == 16) digits.insert(0, upper ? "0X" : "0x");
  if (verb == 'O') digits.insert(0, "0o");
  if (negative) {
    digits.insert(0, "-");
  } else if (flags_.plus) {
    digits.insert(0, "+");
  } else if (flags_.space) {
    digits.insert(0, " ");
  }
  // Zeros are there already.
  pad_with(digits, ' ');
}

void Printer::integer_verb(const Value& value, char32_t verb, int depth) {
  const std::int64_t n = value.integer();
  const bool negative = n < 0;
  const std::uint64_t magnitude = negative ? ~static_cast<std::uint64_t>(n) + 1 : static_cast<std::uint64_t>(n);
  std::string rune;
  append_rune(rune, n < 0 || n > 0x10ffff ? 0xfffd : static_cast<char32_t>(n));
  switch (verb) {
    case 'v':
      if (flags_.sharp_v && value.type == &types::byte) {
        flags_.sharp = true;
        integer(magnitude, negative, 16, verb, false);
        flags_.sharp = false;
        return;
      }
      return integer(magnitude, negative, 10, verb, false);
    case 'd':
      return integer(magnitude, negative, 10, verb, false);
    case 'b':
      return integer(magnitude, negative, 2, verb, false);
    case 'o':
    case 'O':
      return integer(magnitude, negative, 8, verb, false);
    case 'x':
      return integer(magnitude, negative, 16, verb, false);
    case 'X':
      return integer(magnitude, negative, 16, verb, true);
    case 'c':
      return pad(rune);
    case 'q': {
      std::string text = go_quote(rune == "'" ? "\\'" : rune);
      if (rune == "'") return pad("'\\''");
      if (rune == "\"") return pad("'\"'");
      text.front() = text.back() = '\'';
      return pad(text);
    }
    case 'U': {
      std::string text = format("U+{:04X}", magnitude);
      if (flags_.sharp && is_printable(static_cast<char32_t>(n))) text += " '" + rune + "'";
      return pad_with(text, ' ');
    }
    default:
      bad_verb(value, verb, depth);
  }
}

void Printer::padded_float(std::string number) {
  if (number[0] != '-' && number[0] != '+') number.insert(0, "+");
  if (flags_.space && number[0] == '+' && !flags_.plus) number[0] = ' ';
  if (number[1] == 'I' || number[1] == 'N') {
    if (number[1] == 'N' && !flags_.space && !flags_.plus) number.erase(0, 1);
    return pad_with(number, ' ');
  }
  if (!flags_.plus && number[0] == '+') {
    number.erase(0, 1);
    return pad(number);
  }
  const auto width = static_cast<std::size_t>(flags_.width.value_or(0));
  if (flags_.zero && !flags_.minus && width > number.size()) number.insert(1, width - number.size(), '0');
  pad(number);
}

void Printer::floating(const Value& value, char32_t verb, int depth) {
  const double number = value.number();
  const bool sharp = flags_.sharp && !maths::is_nan(number) && !maths::is_inf(number);
  const auto print = [&](char form, int digits) {
    std::string text = go_float(number, form, digits);
    padded_float(sharp ? go_sharp_float(std::move(text), form, digits) : std::move(text));
  };
  const int precision = flags_.precision.value_or(verb == 'e' || verb == 'E' || verb == 'f' || verb == 'F' ? 6 : -1);
  switch (verb) {
    case 'v':
      return print('g', precision);
    case 'g':
    case 'G':
    case 'e':
    case 'E':
    case 'f':
    case 'x':
    case 'X':
    case 'b':
      return print(static_cast<char>(verb), precision);
    case 'F':
      return print('f', precision);
    default:
      bad_verb(value, verb, depth);
  }
}

void Printer::bad_verb(const Value& value, char32_t verb, int depth) {
  out += "%!";
  append_rune(out, verb);
  out += '(';
  if (value.valid()) {
    out += type_name(value);
    out += '=';
    print_argument(value, 'v', depth);
  } else {
    out += "<nil>";
  }
  out += ')';
}

void Printer::print_map(const Value& map, char32_t verb, int depth) {
  if (flags_.sharp_v) out += type_name(map);
  if (flags_.sharp_v && is_nil(map)) {
    out += "(nil)";
    return;
  }
  out += flags_.sharp_v ? "{" : "map[";
  bool first = true;
  each_element(map, [&](const std::string& key, const Value& element) {
    if (!first) out += flags_.sharp_v ? ", " : " ";
    first = false;
    print_argument(make_text(key), verb, depth + 1);
    out += ':';
    print_argument(element, verb, depth + 1);
    return true;
  });
  out += flags_.sharp_v ? '}' : ']';
}

void Printer::print_list(const Value& list, char32_t verb, int depth) {
  if (flags_.sharp_v) out += type_name(list);
  out += flags_.sharp_v ? '{' : '[';
  for (std::size_t i = 0; i < length(list); ++i) {
    if (i > 0) out += flags_.sharp_v ? ", " : " ";
    print_argument((*list.list())[i], verb, depth + 1);
  }
  out += flags_.sharp_v ? '}' : ']';
}

void Printer::print_struct(const Value& value, char32_t verb, int depth) {
  if (flags_.sharp_v) out += type_name(value);
  out += '{';
  bool first = true;
  for (const Field& field : value.type->fields) {
    if (!first) out += flags_.sharp_v ? ", " : " ";
    first = false;
    if (flags_.plus_v || flags_.sharp_v) {
      out += field.name;
      out += ':';
    }
    print_argument(field.of(value), verb, depth + 1);
  }
  out += '}';
}

// By verbs that are not for texts: its own fields, the nanoseconds, the seconds since year one and the place.
void Printer::print_time(const Instant& time, char32_t verb) {
  const std::int64_t seconds = time.milliseconds / 1000 - (time.milliseconds % 1000 < 0 ? 1 : 0);
  std::string form = "%";
  append_rune(form, verb);
  const auto field = [&](std::string_view type, std::int64_t number) {
    const Value value = make_integer(number);
    const std::string text = go_sprintf(form, std::span(&value, 1));
    const std::size_t bad = text.find("(int=");
    return bad == std::string::npos ? text : text.substr(0, bad + 1) + std::string(type) + text.substr(bad + 4);
  };
  const bool of_pointers = std::u32string_view(U"bdo").contains(verb);
  const std::string place = of_pointers ? field("", 0) : "%!" + form.substr(1) + "(*time.Location=<nil>)";
  out += format("{{{} {} {}}}", field("uint64", (time.milliseconds - seconds * 1000) * 1'000'000),
                field("int64", seconds - kZeroTime / 1000), place);
}

void Printer::print_pointer(const Value& value, char32_t verb, int depth) {
  if (is_nil(value)) return pad(flags_.sharp_v ? format("({})(nil)", type_name(value)) : "<nil>");
  const Kind kind = value.type->element->kind;
  const bool shown = kind == Kind::structure || kind == Kind::map || kind == Kind::list;
  // Of a time, whose fields are its own, only where numbers are asked for.
  const bool opaque =
      value.type->element == &types::time && (verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q');
  if (depth == 0 && shown && verb != 'p' && !opaque) {
    out += '&';
    return print_argument(indirect(value), verb, depth + 1);
  }
  // Go prints an address, which means nothing to anybody: always the same one.
  if (verb == 'v' || verb == 'p')
    return pad(flags_.sharp_v ? format("({})(0xc000000000)", type_name(value)) : "0xc000000000");
  if (verb == 'd' || verb == 'x' || verb == 'X' || verb == 'o' || verb == 'b') return pad("c000000000");
  bad_verb(value, verb, 1);
}

void Printer::print_argument(const Value& value, char32_t verb, int depth) {
  // A map of maps of maps is as long as it likes.
  if (out.size() > kMaxText) return;
  if (!value.valid()) {
    if (verb == 'v' && flags_.sharp_v && depth > 0) return pad("interface {}(nil)");
    return verb == 'v' || verb == 'T' ? pad("<nil>") : bad_verb(value, verb, depth);
  }
  if (verb == 'T') return string(type_name(value), 's', value, depth);
  const bool for_strings = verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
  if (for_strings && !flags_.sharp_v) {
    if (const auto text = stringer(value)) return string(*text, verb, value, depth);
  }
  switch (value.type->kind) {
    case Kind::boolean:
      return verb == 't' || verb == 'v' ? pad(value.truth() ? "true" : "false") : bad_verb(value, verb, depth);
    case Kind::integer:
      return integer_verb(value, verb, depth);
    case Kind::floating:
      return floating(value, verb, depth);
    case Kind::text:
      return string(value.text(), verb, value, depth);
    case Kind::map:
      return print_map(value, verb, depth);
    case Kind::list:
      return print_list(value, verb, depth);
    case Kind::structure:
      return value.type == &types::time ? print_time(value.instant(), verb) : print_struct(value, verb, depth);
    case Kind::pointer:
      return print_pointer(value, verb, depth);
    case Kind::any:
    case Kind::reflected:
      return;
  }
}

void Printer::read_flags(Scan& scan) {
  for (; scan.at < scan.text.size(); ++scan.at) {
    switch (scan.text[scan.at]) {
      case '#':
        flags_.sharp = true;
        break;
      case '0':
        flags_.zero = true;
        break;
      case '+':
        flags_.plus = true;
        break;
      case '-':
        flags_.minus = true;
        break;
      case ' ':
        flags_.space = true;
        break;
      default:
        return;
    }
  }
}

// [n]: the argument to take next, counted from one.
void Printer::read_index(Scan& scan) {
  if (scan.at >= scan.text.size() || scan.text[scan.at] != '[') return;
  scan.reordered = true;
  const std::size_t close = scan.text.find(']', scan.at);
  if (close == std::string_view::npos) {
    scan.good_index = false;
    ++scan.at;
    return;
  }
  const std::string_view digits = scan.text.substr(scan.at + 1, close - scan.at - 1);
  scan.at = close + 1;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc() || end != digits.data() + digits.size() || index == 0 || index > scan.arguments.size()) {
    scan.good_index = false;
    return;
  }
  scan.next = index - 1;
  scan.after_index = true;
}

std::optional<int> Printer::read_number(Scan& scan) {
  const std::size_t begin = scan.at;
  int number = 0;
  for (; scan.at < scan.text.size() && is_digit(static_cast<unsigned char>(scan.text[scan.at])); ++scan.at) {
    if (number > kMaxWidth) {
      scan.at = scan.text.size();  // as Go does: what follows is lost too
      return std::nullopt;
    }
    number = number * 10 + (scan.text[scan.at] - '0');
  }
  return scan.at == begin || number > kMaxWidth ? std::nullopt : std::optional(number);
}

std::optional<int> Printer::read_star(Scan& scan) {
  ++scan.at;
  std::optional<int> result;
  if (scan.next < scan.arguments.size()) {
    const Value& value = scan.arguments[scan.next++];
    if (value.is(Kind::integer) && std::abs(value.integer()) <= kMaxWidth) result = static_cast<int>(value.integer());
  }
  scan.after_index = false;
  return result;
}

void Printer::read_width_and_precision(Scan& scan) {
  const auto here = [&](char c) { return scan.at < scan.text.size() && scan.text[scan.at] == c; };
  read_index(scan);
  if (here('*')) {
    flags_.width = read_star(scan);
    if (!flags_.width) out += "%!(BADWIDTH)";
    if (flags_.width && *flags_.width < 0) {
      flags_.width = -*flags_.width;
      flags_.minus = true;
      flags_.zero = false;
    }
  } else {
    flags_.width = read_number(scan);
    if (scan.after_index && flags_.width) scan.good_index = false;
  }
  if (here('.')) {
    ++scan.at;
    if (scan.after_index) scan.good_index = false;
    read_index(scan);
    if (here('*')) {
      flags_.precision = read_star(scan);
      if (flags_.precision && *flags_.precision < 0) flags_.precision = std::nullopt;
      if (!flags_.precision) out += "%!(BADPREC)";
    } else {
      flags_.precision = read_number(scan);
      if (!flags_.precision) flags_.precision = 0;
    }
  }
  if (!scan.after_index) read_index(scan);
}

void Printer::directive(Scan& scan) {
  flags_ = {};
  scan.good_index = true;
  scan.after_index = false;
  read_flags(scan);
  read_width_and_precision(scan);
  if (scan.at >= scan.text.size()) {
    out += "%!(NOVERB)";
    return;
  }
  const Rune rune = decode_rune(scan.text.substr(scan.at));
  scan.at += rune.length;
  const char32_t verb = rune.rune;
  const auto complain = [&](std::string_view what) {
    out += "%!";
    append_rune(out, verb);
    out += what;
  };
  if (verb == '%') {
    out += '%';
  } else if (!scan.good_index) {
    complain("(BADINDEX)");
  } else if (scan.next >= scan.arguments.size()) {
    complain("(MISSING)");
  } else {
    if (verb == 'v') {
      flags_.sharp_v = std::exchange(flags_.sharp, false);
      flags_.plus_v = std::exchange(flags_.plus, false);
    }
    print_argument(scan.arguments[scan.next++], verb, 0);
  }
}

void Printer::sprintf(std::string_view text, std::span<const Value> arguments) {
  Scan scan{text, arguments};
  while (scan.at < text.size() && out.size() <= kMaxText) {
    const std::size_t percent = std::min(text.find('%', scan.at), text.size());
    out += text.substr(scan.at, percent - scan.at);
    scan.at = percent + 1;
    if (percent < text.size()) directive(scan);
  }
  if (scan.reordered || scan.next >= arguments.size()) return;
  flags_ = {};
  out += "%!(EXTRA ";
  for (std::size_t i = scan.next; i < arguments.size(); ++i) {
    if (i > scan.next) out += ", ";
    if (!arguments[i].valid()) {
      out += "<nil>";
      continue;
    }
    out += type_name(arguments[i]);
    out += '=';
    print_argument(arguments[i], 'v', 0);
  }
  out += ')';
}

}  // namespace

std::string go_sprintf(std::string_view text, std::span<const Value> arguments) {
  Printer printer;
  printer.sprintf(text, arguments);
  return std::move(printer.out);
}

std::string go_sprint(std::span<const Value> arguments) {
  Printer printer;
  for (std::size_t i = 0; i < arguments.size() && printer.out.size() <= kMaxText; ++i) {
    if (i > 0 && !arguments[i].is(Kind::text) && !arguments[i - 1].is(Kind::text)) printer.out += ' ';
    printer.print(arguments[i], 'v');
  }
  return std::move(printer.out);
}

std::string go_sprintln(std::span<const Value> arguments) {
  Printer printer;
  for (std::size_t i = 0; i < arguments.size() && printer.out.size() <= kMaxText; ++i) {
    if (i > 0) printer.out += ' ';
    printer.print(arguments[i], 'v');
  }
  return printer.out + '\n';
}

}  // namespace firedrill::templates
