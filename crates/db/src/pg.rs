//! The PostgreSQL side: a pool of connections that are handed out clean or not at all.

use std::{error::Error as StdError, time::Duration};

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod,
};
use tokio::time::timeout;
use tokio_postgres::{
    NoTls,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use crate::{Config, Error, Result, Value, error::chain, row};

mod session;
pub(crate) use session::{Kind, Session};

pub(crate) struct Pg {
    pool: Pool,
    acquire: Duration,
    statement: Duration,
}

impl Pg {
    pub async fn open(url: &str, config: &Config) -> Result<Pg> {
        let mut server: tokio_postgres::Config = match url.parse() {
            Ok(server) => server,
            Err(_) => return Err(Error::Url("it is not a PostgreSQL address")),
        };
        if server.get_application_name().is_none() {
            server.application_name("market");
        }
        server.connect_timeout(config.acquire);
        // The server gives up a little after us; it looks whether we are still there while it works.
        let settings = format!(
            "SET statement_timeout = {}; SET idle_in_transaction_session_timeout = '60s'; \
             SET client_connection_check_interval = '2s'",
            config.statement.as_millis() + 500,
        );
        let manager = Manager::from_config(
            server,
            NoTls,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let pool = Pool::builder(manager)
            .max_size(config.pool.max(1))
            .post_create(Hook::async_fn(move |client, _| {
                let settings = settings.clone();
                Box::pin(async move {
                    let set = client.batch_execute(&settings).await;
                    set.map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|error| Error::Connect(error.to_string()))?;
        let pg = Pg {
            pool,
            acquire: config.acquire,
            statement: config.statement,
        };
        drop(pg.get().await?);
        Ok(pg)
    }

    pub fn acquire(&self) -> Duration {
        self.acquire
    }

    pub async fn get(&self) -> Result<Object> {
        match timeout(self.acquire, Box::pin(self.pool.get())).await {
            Ok(Ok(object)) => Ok(object),
            Ok(Err(PoolError::Closed)) => Err(Error::Closed),
            Ok(Err(PoolError::Backend(error))) => Err(Error::Connect(chain(&error))),
            Ok(Err(other)) => Err(Error::Connect(chain(&other))),
            Err(_) => Err(Error::Timeout("a database connection")),
        }
    }

    pub async fn session(&self, kind: Kind) -> Result<Session> {
        Ok(Session::new(self.get().await?, kind, self.statement))
    }

    pub fn close(&self) {
        self.pool.close();
    }
}

type Boxed = Box<dyn StdError + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME) => {
                text.as_ref().to_sql(ty, out)
            }
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            // `$1 + 1` makes PostgreSQL take $1 for an INTEGER.
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(ty, out),
            (Value::Bool(flag), &Type::BOOL) => flag.to_sql(ty, out),
            _ => Err(format!("PostgreSQL expects {ty}, the argument is {}", self.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column as it came; the types that are not portable are refused by name.
struct Column<'a>(Result<Value<'a>>);

impl<'a> FromSql<'a> for Column<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        Ok(Column(Ok(match *ty {
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => {
                Value::Text(<&str>::from_sql(ty, raw)?.into())
            }
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            ref other => return Ok(Column(Err(not_portable(other)))),
        })))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Boxed> {
        Ok(Column(Ok(Value::Null)))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// `SUM(bigint)` is NUMERIC: the usual reason.
pub(crate) fn not_portable(ty: &Type) -> Error {
    Error::decode(
        "TEXT, BIGINT or BOOLEAN",
        format!("{ty} (use CAST(… AS BIGINT))"),
    )
}

pub(crate) fn is_portable(ty: &Type) -> bool {
    matches!(
        *ty,
        Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::INT8
            | Type::INT4
            | Type::BOOL
    )
}

pub(crate) fn value(row: &tokio_postgres::Row, index: usize) -> Result<Value<'_>> {
    if index >= row.len() {
        return Err(row::no_such_column());
    }
    row.try_get::<_, Column<'_>>(index)?.0
}
