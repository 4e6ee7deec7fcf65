// Pieces of the participant's pages: the frame of a page, what its buttons mean, numbers in groups, printing in words.
#pragma once
#include <string>
#include <string_view>

#include "terminal/flow/kiosk/ending.h"
#include "terminal/screen/kiosk/screens.h"

namespace kiosk::screen {

using flow::kiosk::Intent;

// Header, place on the way, Kembali / Bantuan petugas / Selesai; heading "<key>.heading", lead "<key>.lead" when it has
// words.
ui::PageSpec kiosk_page(std::string id, std::string_view key, const KioskView& view, ui::Ui& ui);
// One on which something is typed: with large letters the picture gives way and the explanation stands last, so that
// the keys stand on the glass. Its button is "Lanjut".
ui::PageSpec entry_page(std::string id, std::string_view key, ui::Art art, const KioskView& view, ui::Ui& ui);
// What was done on the page: its own intent, else its primary, Kembali, Bantuan petugas or Selesai.
KioskIntent outcome(const ui::Page& page, KioskIntent own = {});
// What the page of an ending shows: by what the person came for (terminal/flow/kiosk/ending.h), from one table.
ui::Art picture_of(flow::kiosk::Ending ending);
ui::Art ending_picture(const KioskView& view);

std::string journey_title(const KioskView& view, ui::Ui& ui);
std::string words_of(std::string_view error, ui::Ui& ui);  // of a fault's code; empty stays empty
std::string grouped(std::string_view digits, std::size_t group = 4);
std::string masked_end(std::string_view digits);  // "•••• 4321": what may stand on a screen others can see
// Of what somebody has to come at or after: with the branch's zone, which may be another than that of his watch.
std::string hour_words(WallTime at, const KioskView& view, ui::Ui& ui);    // "09.30 WIT"
std::string moment_words(WallTime at, const KioskView& view, ui::Ui& ui);  // "2 Desember 2026 pukul 08.00 WIT"
std::string as_of_words(WallTime at, const KioskView& view, ui::Ui& ui);   // "Data per 25 November 2026 pukul 14.10"
void draw_as_of(const KioskView& view, ui::Ui& ui);                        // of what is shown of the person
// Where the record is on its way, why not further, and what the centre's no means.
void draw_claim_sync(const verbs::ClaimView& claim, const KioskView& view, ui::Ui& ui);
void draw_printing(std::string_view id, flow::kiosk::PrintState state, ui::Ui& ui);
// "Apakah kertasnya keluar?" with its two answers, when a page went to a printer that says nothing of itself.
KioskIntent ask_paper(const KioskView& view, ui::Ui& ui);
void draw_ticket(const KioskView& view, ui::Ui& ui);       // the number, people ahead, the wait
void draw_ticket_code(const KioskView& view, ui::Ui& ui);  // to be photographed, when no paper came
void draw_documents(const std::vector<std::string>& documents, ui::Ui& ui);
void draw_money(std::string_view label, Rupiah amount, ui::Ui& ui);  // one big line that never breaks inside the number
std::string wait_words(const verbs::TicketIssued& ticket, ui::Ui& ui);

}  // namespace kiosk::screen
