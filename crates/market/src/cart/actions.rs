//! What people do with their cart: one function per intent.
use db::Write;
use futures_util::future::{try_join, try_join_all, try_join3};

use super::{
    model::owner,
    store::{self, Details},
};
use crate::{
    accounts::{
        self,
        model::{Caller, Opened},
    },
    app::App,
    error::{Error, FieldError, Result, Say},
    kernel::{
        hash,
        ids::{CartId, FarmId, ProductId, WindowId},
        qty::Qty,
    },
    orders::{model::bill::MOST_LINES, placing},
    products::model::{Product, WrongQty},
};

/// How much of a product somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// So much, as typed; zero takes it out.
    Exactly(Qty),
    /// A step more, a step less.
    More,
    Less,
}

/// Puts a product in, changes how much of it, or takes it out. A visitor without a session gets one.
pub async fn set(
    app: &App,
    who: &Caller,
    product: &ProductId,
    want: Want,
) -> Result<Option<Opened>> {
    let (owner, opened) = match owner(who) {
        Some(owner) => (owner, None),
        None => newcomer(app)?,
    };
    let tx = app.db.write().await?;
    let had = async {
        match &opened {
            None => store::find_line(&tx, &who.market.id, &owner, product).await,
            Some(_) => Ok((Qty::thousandths(0), 0)),
        }
    };
    let found = try_join(placing::store::find_item(&tx, &who.market.id, product), had);
    let (found, had) = found.await?;
    let decided = match &found {
        Some((product, _)) => decide(product, had, want).map(|qty| (product, qty)),
        None => Err(Error::NotFound),
    };
    match decided {
        Ok(line) => write(app, &tx, who, (&owner, opened.as_ref()), line).await?,
        Err(error) => {
            tx.discard().await?;
            return Err(error);
        }
    }
    tx.commit().await?;
    Ok(opened)
}

fn decide(product: &Product, (had, lines): (Qty, i64), want: Want) -> Result<Qty> {
    let qty = wanted(product, had, want)?;
    let full = usize::try_from(lines).is_ok_and(|lines| lines >= MOST_LINES);
    if full && had.as_thousandths() == 0 {
        return Err(Error::invalid("quantity", "cart-full"));
    }
    Ok(qty)
}

/// The session, if it is a new one, the cart, if there is none, and the line, as one packet.
async fn write(
    app: &App,
    tx: &Write,
    who: &Caller,
    (owner, opened): (&str, Option<&Opened>),
    (product, qty): (&Product, Qty),
) -> Result<()> {
    let (market, now) = (&who.market.id, app.now());
    let session = async {
        match opened {
            Some(opened) => {
                let hash = hash::sha256(&opened.secret);
                accounts::store::insert_session(tx, &hash, None, now, opened.ends).await
            }
            None => Ok(()),
        }
    };
    let id = CartId::new(app.ids.make(CartId::PREFIX, now));
    let key = accounts::actions::secret()?;
    let cart = store::open(tx, market, owner, (&id, &key), now);
    let line = async {
        if qty.as_thousandths() == 0 {
            store::delete_line(tx, market, owner, &product.id).await
        } else {
            let line = (&product.id, qty, product.price_minor);
            store::set_line(tx, market, owner, line, now).await
        }
    };
    try_join3(session, cart, line).await?;
    Ok(())
}

/// Zero is out of the cart; anything else has to be an amount the product comes in.
fn wanted(product: &Product, had: Qty, want: Want) -> Result<Qty> {
    let step = product.step.as_thousandths();
    let had = had.as_thousandths();
    let qty = match want {
        Want::Exactly(qty) => qty,
        // To the next multiple, should the step have changed meanwhile.
        Want::More => Qty::thousandths((had / step + 1).saturating_mul(step)),
        Want::Less => Qty::thousandths(((had - 1).max(0) / step).saturating_mul(step)),
    };
    if qty.as_thousandths() == 0 {
        return Ok(qty);
    }
    product.check_qty(qty).map(|()| qty).map_err(|wrong| {
        let say = match wrong {
            WrongQty::None => Say::key("cart-wrong-none"),
            WrongQty::TooMuch => Say::key("cart-wrong-much"),
            WrongQty::Step(step) => Say::key("cart-wrong-step").with("step", step.plain()),
        };
        Error::Invalid(vec![FieldError {
            field: "quantity",
            say,
        }])
    })
}

/// A session for a visitor without one, and whose cart it will be.
fn newcomer(app: &App) -> Result<(String, Option<Opened>)> {
    let secret = accounts::actions::secret()?;
    let owner = super::model::of_session(&hash::sha256(&secret));
    Ok((owner, Some(Opened::guest(secret, app.now()))))
}

/// The customer has seen the prices of now.
pub async fn accept(app: &App, who: &Caller) -> Result<()> {
    let Some(owner) = owner(who) else {
        return Ok(());
    };
    let tx = app.db.write().await?;
    store::accept_prices(&tx, &who.market.id, &owner).await?;
    tx.commit().await?;
    Ok(())
}

/// `false`: there is nothing in the cart.
pub async fn set_details(app: &App, who: &Caller, details: &Details<'_>) -> Result<bool> {
    let Some(owner) = owner(who) else {
        return Ok(false);
    };
    let tx = app.db.write().await?;
    Ok(store::set_details(tx, &who.market.id, &owner, details).await?)
}

/// The window, and the notes for farms that are other ones now.
pub async fn set_pickup(
    app: &App,
    who: &Caller,
    cart: &CartId,
    window: &WindowId,
    notes: &[(FarmId, String)],
) -> Result<()> {
    let owner = owner(who).ok_or(Error::NotFound)?;
    let market = &who.market.id;
    let tx = app.db.write().await?;
    if !store::set_window(&tx, market, &owner, cart, window).await? {
        let gone = placing::store::find_opening(&tx, market, window).await?;
        tx.discard().await?;
        return Err(match gone {
            None => Error::invalid("window", "orders-place-window"),
            Some(_) => Error::NotFound,
        });
    }
    let notes = notes.iter();
    try_join_all(notes.map(|(farm, note)| store::set_note(&tx, cart, farm, note))).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::ProductId;

    #[test]
    fn more_and_less_go_by_steps() {
        let mut leeks = Product::plain(
            ProductId::new("prd_1"),
            FarmId::new("frm_1"),
            "Leeks",
            "leaf",
            "kg",
            100,
        );
        leeks.step = Qty::thousandths(250);
        for (had, want, expected) in [
            (0, Want::More, Some(250)),
            (250, Want::More, Some(500)),
            (300, Want::More, Some(500)),
            (500, Want::Less, Some(250)),
            (300, Want::Less, Some(250)),
            (250, Want::Less, Some(0)),
            (0, Want::Less, Some(0)),
            (0, Want::Exactly(Qty::thousandths(750)), Some(750)),
            (750, Want::Exactly(Qty::thousandths(0)), Some(0)),
            (0, Want::Exactly(Qty::thousandths(100)), None),
            (0, Want::Exactly(Qty::thousandths(-250)), None),
            (1_000_000, Want::More, None),
        ] {
            let got = wanted(&leeks, Qty::thousandths(had), want)
                .ok()
                .map(Qty::as_thousandths);
            assert_eq!(got, expected, "{had} {want:?}");
        }
    }
}
