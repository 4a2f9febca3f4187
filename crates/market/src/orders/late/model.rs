//! The windows of a farm's day, and what was told in each.
use crate::kernel::{
    ids::{LateId, WindowId},
    time::Ts,
};

/// What can be said.
pub const MINUTES: [i64; 5] = [10, 20, 30, 45, 60];
/// More often than this on one day nobody reads it.
pub const MOST: usize = 3;

/// A window in which somebody still waits for the farm's box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub window: WindowId,
    pub starts: String,
    pub ends: String,
    pub place: String,
    pub customers: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: LateId,
    pub window: WindowId,
    /// 0: on time after all.
    pub minutes: i64,
    pub told: i64,
    pub at: Ts,
}

/// What the customers of a window know now; `None`: nothing but the window itself.
pub fn current<'m>(messages: &'m [Message], window: &WindowId) -> Option<&'m Message> {
    let last = messages.iter().rfind(|one| one.window == *window)?;
    (last.minutes > 0).then_some(last)
}

/// How often customers were already told of a delay.
pub fn said(messages: &[Message]) -> usize {
    messages.iter().filter(|one| one.minutes > 0).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_message_of_a_window_counts() {
        let message = |n: i64, window: &str, minutes| Message {
            id: LateId::new(format!("lat_{n}")),
            window: WindowId::new(window),
            minutes,
            told: 1,
            at: Ts::from_micros(n),
        };
        let all = [
            message(1, "a", 10),
            message(2, "b", 20),
            message(3, "a", 30),
            message(4, "b", 0),
        ];
        let minutes = |window| current(&all, &WindowId::new(window)).map(|one| one.minutes);
        assert_eq!(
            [minutes("a"), minutes("b"), minutes("c")],
            [Some(30), None, None]
        );
        assert_eq!(said(&all), 3);
    }
}
