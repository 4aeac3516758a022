//! The methods of a request that opens a WebSocket channel.

use api::Channel;
use proc_macro2::TokenStream;
use quote::quote;

use crate::Imports;
use crate::ty::{self, From};

/// Returns the methods that open the channel; `docs` is the documentation of the first.
pub(super) fn methods(channel: &Channel, docs: &TokenStream, imports: &mut Imports) -> TokenStream {
    let sent = ty::messages(&channel.sent, From::Elsewhere, imports);
    let received = ty::messages(&channel.received, From::Elsewhere, imports);
    quote! {
        #docs
        #[cfg(feature = "websocket")]
        pub fn connect(self) -> crate::websocket::Connecting<#sent, #received> {
            self.connect_with(crate::websocket::SocketOptions::new())
        }
        /// [`connect`](Self::connect) with options, such as a limit of messages, pings, and another
        /// connection if one breaks.
        #[cfg(feature = "websocket")]
        pub fn connect_with(
            self,
            options: crate::websocket::SocketOptions,
        ) -> crate::websocket::Connecting<#sent, #received> {
            self.prepare().connect(options)
        }
    }
}
