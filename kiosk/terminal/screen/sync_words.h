// Where a record is on its way, in words for participants, officers and operators alike. Thread: any.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/i18n/i18n.h"
#include "terminal/flow/counter/flow.h"
#include "terminal/ui/ui.h"

namespace kiosk::screen {

ui::Tone tone_of(domain::SyncState s);
// What is said of a claim, and where its record is (domain/claims/claim_said.h).
std::string said_words(const verbs::ClaimView& claim, ui::Ui& ui);
std::string way_words(const verbs::ClaimView& claim, ui::Ui& ui);
std::string sync_words(domain::SyncState s, ui::Ui& ui);  // "tersimpan, menunggu jaringan"
// Why a record is not at the centre yet, or what the centre's no means; empty when there is nothing to say.
std::string why_words(domain::SyncState state, const std::string& sync_why, const std::string& reason, ui::Ui& ui);

// Of the whole outbox, for the officer's page and for kioskctl.
std::string advice_words(const std::string& why, const i18n::Language& lang);        // what to do about it
std::string alert_words(const verbs::SyncStatus& sync, const i18n::Language& lang);  // empty: nothing waits too long
std::vector<ui::FieldRow> sync_rows(const verbs::SyncStatus& sync, WallTime now, std::chrono::minutes utc_offset,
                                    const i18n::Language& lang);

}  // namespace kiosk::screen
