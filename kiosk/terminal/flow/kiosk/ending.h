// How a visit ends, by what the person came for: a death, an accident or a complaint is never an occasion for joy, also
// when everything was saved. Screens take the ending's picture from here, never from whether a call succeeded.
// Pure. Tried with the heirs' and the accident's journey.
#pragma once
#include "terminal/flow/kiosk/visit.h"

namespace kiosk::flow::kiosk {

enum class Ending {
  None,            // the page ends nothing, or shows what was asked for instead of a picture (balance, card, ...)
  Sent,            // the claim is saved and goes its way: the happy one
  SentAfter,       // the same after work was lost: saved, but nothing to celebrate
  Officer,         // an officer goes on: a claim to be seen, facts told, a call for help
  Returned,        // the centre did not take it
  Number,          // a number of the queue, its paper in the hand
  NumberOnItsWay,  // the same while it prints
  NumberAsCode,    // no paper came: the code to be photographed is the picture
  Death,
  Accident,
  Complaint,
  Unchanged,  // what the centre has is right as it is
  Letter,     // corrections noted, papers to be brought
  Blocked,
  ConsentBack,
  Refused,  // in words, with the way to an officer
  Count_
};

Ending ending(const Page& page, const KioskSession& visit);

}  // namespace kiosk::flow::kiosk
