//! What people do with their cart: one function per intent.
use db::Write;

use super::{
    model::{Cart, owner},
    store::{self, Details},
};
use crate::{
    accounts::{
        self,
        model::{Caller, Life, Opened},
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
    let now = app.now();
    let tx = app.db.write().await?;
    let (owner, opened) = owner_or_new(app, &tx, who).await?;
    let market = &who.market.id;
    let Some((product, _)) = placing::store::find_item(&tx, market, product).await? else {
        tx.discard().await?;
        return Err(Error::NotFound);
    };
    let cart = store::find(&tx, market, &owner).await?;
    let had = cart
        .as_ref()
        .and_then(|cart| had(cart, &product.id))
        .unwrap_or(Qty::thousandths(0));
    let full = cart
        .as_ref()
        .is_some_and(|cart| cart.lines.len() >= MOST_LINES);
    let qty = match wanted(&product, had, want) {
        Ok(_) if full && had.as_thousandths() == 0 => {
            tx.discard().await?;
            return Err(Error::invalid("quantity", "cart-full"));
        }
        Ok(qty) => qty,
        Err(error) => {
            tx.discard().await?;
            return Err(error);
        }
    };
    let id = open(app, &tx, who, &owner).await?;
    if qty.as_thousandths() == 0 {
        store::delete_line(&tx, &id, &product.id).await?;
    } else {
        store::set_line(&tx, &id, &product.id, (qty, product.price_minor), now).await?;
    }
    tx.commit().await?;
    Ok(opened)
}

fn had(cart: &Cart, product: &ProductId) -> Option<Qty> {
    cart.lines
        .iter()
        .find(|line| line.item.product.id == *product)
        .map(|line| line.item.qty)
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

/// Whose cart it is; a visitor without a session gets one in the same transaction.
async fn owner_or_new(app: &App, tx: &Write, who: &Caller) -> Result<(String, Option<Opened>)> {
    if let Some(owner) = owner(who) {
        return Ok((owner, None));
    }
    let now = app.now();
    let secret = accounts::actions::secret()?;
    let ends = Life::CUSTOMER.ends(now, now);
    let hash = hash::sha256(&secret);
    accounts::store::insert_session(tx, &hash, None, now, ends).await?;
    let opened = Opened::guest(secret, now);
    Ok((super::model::of_session(&hash), Some(opened)))
}

async fn open(app: &App, tx: &Write, who: &Caller, owner: &str) -> Result<CartId> {
    let now = app.now();
    let new = CartId::new(app.ids.make(CartId::PREFIX, now));
    let key = accounts::actions::secret()?;
    Ok(store::open(tx, &who.market.id, owner, (&new, &key), now).await?)
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

pub async fn set_details(
    app: &App,
    who: &Caller,
    cart: &CartId,
    details: &Details<'_>,
) -> Result<()> {
    let tx = mine(app, who, cart).await?;
    store::set_details(&tx, cart, details).await?;
    tx.commit().await?;
    Ok(())
}

/// The window, and a note for each farm.
pub async fn set_pickup(
    app: &App,
    who: &Caller,
    cart: &CartId,
    window: &WindowId,
    notes: &[(FarmId, String)],
) -> Result<()> {
    let tx = mine(app, who, cart).await?;
    if placing::store::find_opening(&tx, &who.market.id, window)
        .await?
        .is_none()
    {
        tx.discard().await?;
        return Err(Error::invalid("window", "orders-place-window"));
    }
    store::set_window(&tx, cart, window).await?;
    for (farm, note) in notes {
        store::set_note(&tx, cart, farm, note).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A transaction on a cart of the caller's own.
async fn mine(app: &App, who: &Caller, cart: &CartId) -> Result<Write> {
    let owner = owner(who).ok_or(Error::NotFound)?;
    let tx = app.db.write().await?;
    let found = store::find(&tx, &who.market.id, &owner).await?;
    if found.is_none_or(|found| found.id != *cart) {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    Ok(tx)
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
