// Telegram.
#include <algorithm>
#include <array>
#include <string>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             of(FieldType::url, "api_url"),
                             secret("bot_token"),
                             recent(plain("bot_token_file")),
                             of(FieldType::integer, "chat_id"),
                             recent(plain("chat_id_file")),
                             recent(of(FieldType::integer, "message_thread_id")),
                             templated("message", R"({{ template "telegram.default.message" . }})"),
                             flag("disable_notifications"),
                             plain("parse_mode", "HTML")};

constexpr std::string_view kModes[] = {"", "Markdown", "MarkdownV2", "HTML"};

void check(Value& block, const FormContext& context) {
  refuse_several(block, {"bot_token", "bot_token_file"}, context);
  if (context.version < Version::v0_33) want_one(block, {"bot_token"}, context);
  const std::string_view id = block.text_of("chat_id");
  const bool chat = !id.empty() && id != "0" && id != "-0" && id != "0.0";
  const bool file = block.filled("chat_id_file");
  if (chat == file) {
    report(*context.diagnostics, chat ? block.where_of("chat_id_file") : block.where,
           chat ? "of chat_id and chat_id_file only one may be given" : "'chat_id' is missing",
           chat ? "keep one of them" : "add `chat_id: …`, a number that is not 0");
  }
  const std::string_view mode = block.text_of("parse_mode");
  if (std::ranges::find(kModes, mode) != std::end(kModes)) return;
  report(*context.diagnostics, block.where_of("parse_mode"), format("'parse_mode' cannot be '{}'", mode),
         "expected Markdown, MarkdownV2, HTML or an empty text");
}

constexpr Form kForm{"telegram_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "api_url", "telegram_api_url", context);
  inherit_pair(block, "bot_token", "telegram_bot_token", context);
  want_inherited(block, {"bot_token", "bot_token_file"}, "telegram_bot_token", context);
}

}  // namespace

IntegrationKind telegram() {
  return {.name = "telegram", .key = "telegram_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
