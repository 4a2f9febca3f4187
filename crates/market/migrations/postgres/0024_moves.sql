-- The orders of one move.
CREATE INDEX order_moves_move ON order_moves (move_id);
