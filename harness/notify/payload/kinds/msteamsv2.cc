// Microsoft Teams by Power Automate: an adaptive card.
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {

void msteamsv2(Draft& draft) {
  const json::object title{{"type", "TextBlock"},
                           {"text", draft.text("title")},
                           {"weight", "Bolder"},
                           {"size", "Medium"},
                           {"wrap", true},
                           {"style", "heading"},
                           {"color", draft.is_firing() ? "Attention" : "Good"}};
  const json::object text{{"type", "TextBlock"}, {"text", draft.text("text")}, {"wrap", true}};
  const json::object card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                          {"type", "AdaptiveCard"},
                          {"version", "1.2"},
                          {"body", json::array{title, text}},
                          {"msteams", json::object{{"width", "full"}}}};
  const json::object attachment{
      {"contentType", "application/vnd.microsoft.card.adaptive"}, {"contentUrl", nullptr}, {"content", card}};
  json::array attachments;
  attachments.push_back(attachment);
  draft.post_json(draft.address("webhook_url", "webhook_url_file"),
                  json::object{{"type", "message"}, {"attachments", std::move(attachments)}});
}

}  // namespace firedrill::notify::payloads
