//! The orders of a store, and what has to be done for all of them now and then.

use crate::arguments::{output, sized_room, write_sized};
use crate::boundary::{call, free, on};
use crate::handle::{self, Handle, HandleType, Heir, Object};
use crate::opaque::{escrow_orders, escrow_store};
use crate::status::{Result, escrow_error, escrow_status};
use crate::store::{self, StoreHandle};
use crate::wallets::handle::found;
use bytemuck::{Pod, Zeroable};
use escrow::Orders;
use std::sync::Arc;

/// What an `escrow_orders` stands for.
pub(crate) struct OrdersHandle {
    pub(crate) orders: Orders,
    pub(crate) parent: Arc<StoreHandle>,
    origin: Arc<Origin>,
}

/// Which store orders are of: what a forked child finds it again by. The handle is kept as an
/// address, as it is looked up in the child's own process.
struct Origin {
    store: usize,
    origin: Arc<store::Origin>,
}

impl OrdersHandle {
    fn new(parent: Arc<StoreHandle>, origin: Arc<Origin>) -> Result<Self> {
        let orders = Orders::of(&parent.store()?);
        Ok(Self { orders, parent, origin })
    }
}

impl Handle for escrow_orders {
    type HandleType = OrdersHandle;
}

impl HandleType for OrdersHandle {
    type Handle = escrow_orders;
    const NAME: &'static str = "orders";

    fn check(&self) -> Result<()> {
        self.parent.check()
    }

    fn poison(&self) {
        self.parent.poison();
    }

    fn heir(&self) -> Option<Heir> {
        let origin = Arc::clone(&self.origin);
        Some(Box::new(move || {
            let is_same = |store: &StoreHandle| store.is_from(&origin.origin);
            let parent = found::<StoreHandle>(origin.store, Self::NAME, is_same)?;
            Ok(Arc::new(Self::new(parent, Arc::clone(&origin))?) as Object)
        }))
    }
}

/// What was due of orders. Begin with `ESCROW_ORDER_WORK_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_order_work {
    /// `sizeof(escrow_order_work)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Parts that were due, and are carried out; an order that was not paid in time is one, too.
    pub parts: u64,
    /// Parts of which something stays due, because an account is closed say: each is tried again an
    /// hour later.
    pub refused: u64,
}

/// Gives the orders of a store. Nothing is opened, there may be none, and a store can have any
/// number of these handles at the same time, in any number of processes.
///
/// In a forked child the handle is that of the store's handle there, which must not have been freed.
///
/// Ownership: `*orders` is the caller's, to be freed by `escrow_orders_free`. It keeps the store
/// alive.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_open(
    store: *mut escrow_store,
    orders: *mut *mut escrow_orders,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let output = output(orders, "orders")?;
        let origin = Arc::new(Origin { store: store.addr(), origin: this.origin() });
        output.set(handle::make(Arc::new(OrdersHandle::new(Arc::clone(this), origin)?))?);
    })
}

/// Frees a handle of orders. The orders themselves are the store's, and what came from the handle
/// lives on.
///
/// Ownership: `orders` is no handle any more. NULL is let be, and so is what was freed before.
/// Threads: any. A call on the orders that another thread is in goes on to its end.
/// Errors: none. In a forked child nothing is done.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_orders_free(orders: *mut escrow_orders) {
    free::<OrdersHandle>(orders);
}

/// Carries out what time alone leaves to be done, of up to `limit` parts: windows of complaints that
/// have run out, and refunds by deadlines on their way to the sources of their tenders; and tells
/// what went back of orders that were not paid in time. To be called every second or so, by any
/// process: nothing is done twice, wherever one ends meanwhile. Without it everything is still done
/// before the next command about the part.
///
/// Ownership: `done` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_work(
    orders: *mut escrow_orders,
    limit: usize,
    done: *mut escrow_order_work,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        sized_room(done, "done")?;
        let work = this.orders.work(limit)?;
        let (parts, refused) = (work.parts as u64, work.refused as u64);
        let value = escrow_order_work { parts, refused, ..escrow_order_work::zeroed() };
        write_sized(done, value, "done")?
    })
}
