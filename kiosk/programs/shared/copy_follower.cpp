#include "programs/shared/copy_follower.h"

namespace kiosk::programs {

Result<CopyFollower::Step> CopyFollower::step() {
  if (!folder_) {
    TRY(const auto info, branch_.ask(actor_, verbs::GetInfo{}));
    node_ = info.node;
    TRY(folder_, store::CopyFolder::open(folder_path_, node_));
    has_state_ = false;
  }
  const auto step = [&]() -> Result<Step> {
    const auto from = folder_->point();
    TRY(const auto chunk,
        branch_.ask(actor_, verbs::CopyAsked{folder_->epoch(), from.place, from.blob, 512 << 10, false}));
    if (chunk.node != node_) return refused("copy_foreign", "another node answers now: " + chunk.node, "node");
    if (chunk.epoch != folder_->epoch()) {
      TRY_DONE(folder_->begin(chunk.epoch));
      has_state_ = false;
    }
    events::ExportReader reader;
    reader.feed(chunk.file);
    reader.end();
    std::optional<events::ExportManifest> manifest;
    Bytes state;
    store::CopyPiece piece;
    for (;;) {
      TRY(auto frame, reader.next());
      if (!frame) break;
      if (auto* m = std::get_if<events::ExportManifest>(&*frame))
        manifest = std::move(*m);
      else if (auto* s = std::get_if<events::ExportState>(&*frame))
        state = std::move(s->sealed);
      else if (!std::holds_alternative<events::ExportEnd>(*frame))
        piece.frames.push_back(std::move(*frame));
    }
    if (!manifest) return damaged("export_damaged", "a piece without its manifest");
    piece.next = {chunk.place, chunk.blob};
    piece.keep = {chunk.keep_place, chunk.keep_blob};
    if (!piece.frames.empty()) TRY_DONE(folder_->append(*manifest, piece));
    // The state says what the centre has acknowledged; it is written when that has moved.
    if (!state.empty() && (!has_state_ || piece.keep != kept_)) {
      TRY_DONE(folder_->put_state(*manifest, state));
      has_state_ = true;
      kept_ = piece.keep;
    }
    if (!chunk.more) {
      TRY_DONE(folder_->drop(piece.keep));
      store::CentreHas has;
      for (const auto& h : chunk.centre_has) has.until[h.epoch] = h.seq;
      has.blobs = chunk.centre_has_blobs;
      TRY_DONE(folder_->drop_kept(has));
    }
    return Step{chunk.events, chunk.blobs, chunk.more};
  };
  auto done = step();
  if (!done && done.fault().code.starts_with("copy_")) folder_.reset();  // opened again: what was torn is cut back
  return done;
}

}  // namespace kiosk::programs
