//! Orders: one customer, many farms, each farm's part with a status of its own and a history without gaps.
//!
//! Tables: `orders`, `farm_orders`, `order_lines`, `order_fees`, `status_events`.
//! Events: `order.status_changed`, one outbox row per status event.
//! Routes: `/api/orders…`, `/orders`, `/orders/{id}/track`, `/orders/{id}/events`, `/t/{token}`, `/track`, `/farm/board…`,
//! `/farm/orders/{id}…`, `/farm/harvest…`, `/farm/slips`, `/farm/labels`, `/farm/checkin`, `/farm/late`.
//! Pages come in two files, one for each side of the counter: `track` for customers, `board` for farms.
pub mod actions;
pub mod advancing;
pub mod api;
pub mod board;
pub mod bulk;
pub mod changing;
pub mod day;
pub mod desk;
pub mod examples;
pub mod following;
pub mod frames;
pub mod harvest;
pub mod jobs;
pub mod late;
pub mod links;
pub mod list;
pub mod mine;
pub mod model;
pub mod moved;
pub mod packing;
pub mod pages;
pub mod placing;
pub mod slips;
pub mod stall;
pub mod store;
pub mod track;
pub mod view;
