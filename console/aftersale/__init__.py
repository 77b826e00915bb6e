"""The days after a promotion: refunds, disputes, shipping, and the backlog of after-sale work in its wave."""
